import type { DiagnosisAction, DiagnosisStep, DiagnosisVerdict } from './diagnosis.js';
import type { Facts, LinkFacts } from './facts.js';
import { counted, didYouMean, roughly, step, timeOf } from './words.js';

const PAGE = '/links';
/** A queue that is so full is worth a word. */
const NEARLY_FULL = 0.8;

/**
 * What is decided on the way to another installation, or from it.
 *
 * @param whole links are the whole installation's: without it neither figures nor what went wrong are told
 */
export function linkSteps(facts: Facts, whole: boolean): DiagnosisStep[] {
  const { link, to, use } = facts;
  if (link === undefined) return [];
  const steps = [linkStep(facts, link, whole)];
  const { load, remote } = link;
  if (link.direction === 'out' && use === 'send' && load !== undefined && remote !== undefined && link.link?.state !== 'pending')
    steps.push(queueStep(link, load, whole));
  if (link.direction === 'out') {
    const there = link.path.join('.');
    const detail = `Whether ${there} takes it, and whether the client is there, is known at ${there} alone: ask there too.`;
    steps.push(step({ step: 'to-tenant', subject: to.kind === 'unreadable' ? to.given : to.whole, verdict: 'skipped', detail }));
  }
  return steps;
}

function linkStep({ use, now, to }: Facts, { direction, path, remote, link, status, reached, near }: LinkFacts, whole: boolean): DiagnosisStep {
  const there = path.join('.');
  const name = link?.name ?? path.at(-1) ?? there;
  const told = { direction, state: link?.state, connected: status?.connected };
  const facts = {
    ...told,
    via: remote === undefined ? undefined : name,
    hops: path.length,
    confirmedHere: link?.confirmedHere,
    confirmedThere: link?.confirmedThere,
    since: status?.since === undefined ? undefined : timeOf(status.since),
    transport: status?.transport,
    roundTripMs: status?.roundTrip,
    lastError: status?.lastError,
    lastErrorAt: status?.lastErrorAt === undefined ? undefined : timeOf(status.lastErrorAt),
    quarantined: link?.quarantined,
    near: near.length === 0 ? undefined : near,
  };
  const say = (verdict: DiagnosisVerdict, detail: string, action?: DiagnosisAction): DiagnosisStep =>
    step({ step: 'link', subject: there, verdict, detail, ...(whole ? { facts, page: PAGE } : { facts: told }), action });

  if (remote === undefined) {
    const behind = path.length > 1 ? `, nor does a neighbour say that it lies behind it (the hub has to allow transit on both its links)` : '';
    return say(
      'fails',
      `No link leads to an installation ${there}${behind}.${whole ? didYouMean(near) : ''} Correct the address, or pair the two installations.`,
      'pair-link',
    );
  }
  if (link?.state === 'pending') {
    const who = link.confirmedHere
      ? 'the other side has not confirmed it'
      : link.confirmedThere
        ? 'this side has not confirmed it'
        : 'neither side has confirmed it';
    return say(
      'fails',
      `The link to ${name} is not confirmed: ${who} yet. Nothing goes over it before. Compare the six words with the other administrator, and confirm.`,
      'confirm-link',
    );
  }
  // What is durable waits for a link; what is live does not, and what is for a single session is always live.
  const waits = use === 'send' && (to.kind === 'unreadable' || to.address.addressee.kind !== 'session');
  const verdict: DiagnosisVerdict = waits ? 'warning' : 'fails';
  const so = !waits
    ? `${use === 'call' ? 'Calls fail' : use === 'send' ? 'What is for a single session is never kept, and fails' : 'Presence cannot be asked'} until then.`
    : direction === 'out'
      ? 'Messages are taken and wait in the outbox here, as long as their time to live lasts.'
      : 'Messages wait at the other side, as long as their time to live lasts.';
  if (link?.quarantined !== undefined && (waits || !reached)) {
    return say(
      verdict,
      `The link to ${name} is in quarantine, since the other side broke the rules${whole ? `: ${link.quarantined}` : ''}. ${so} Find out why, and resume it.`,
      'resume-link',
    );
  }
  if (link?.state === 'paused') return say(verdict, `The link to ${name} is paused. ${so} Resume it.`, 'resume-link');
  if (remote.withdrawn === true) {
    return say(
      verdict,
      `${name} does not name ${there} any more: it lets nobody through to it, or is not linked with it now. ${so} Ask the administrator of ${name} to allow transit.`,
      'check-link',
    );
  }
  const connected = status?.connected ?? reached;
  if (!(waits ? connected : reached)) {
    const since = status === undefined || status.connected || status.since === undefined ? '' : ` for ${roughly(now - status.since)}`;
    const because = !whole || status?.lastError === undefined ? '' : ` The last error was: ${status.lastError}.`;
    const dialled = link !== undefined && link.url === undefined ? ' Only the other side can dial.' : '';
    return say(
      verdict,
      `The link to ${name} is down${since}; it comes back by itself.${because}${dialled} ${so} See whether the other installation runs and can be reached.`,
      'check-link',
    );
  }
  const hub = path.length > 1 ? `, through the hub ${name}` : '';
  return say(
    'ok',
    `A link leads to ${there}${hub}; both sides have confirmed it, and it is connected${status?.transport === undefined ? '' : ` by ${status.transport}`}.`,
  );
}

function queueStep({ path, link }: LinkFacts, { messages, bytes, quota, isFull }: NonNullable<LinkFacts['load']>, whole: boolean): DiagnosisStep {
  const subject = link?.name ?? path.at(-1) ?? '';
  if (!whole) {
    const detail = isFull ? `The outbox to ${subject} is full, and takes no more until it has sent some.` : `The outbox to ${subject} has room.`;
    return step({ step: 'link-queue', subject, verdict: isFull ? 'fails' : 'ok', detail });
  }
  const facts = { messages, bytes, messagesMax: quota.rows, bytesMax: quota.bytes };
  const waiting = `${counted(messages, 'message')} (${counted(bytes, 'byte')}) of ${counted(quota.rows, 'message')} (${counted(quota.bytes, 'byte')})`;
  if (isFull) {
    const detail = `The outbox to ${subject} is full: ${waiting} wait for it, and more is refused as inbox-full. Bring the link back, or raise its quota.`;
    return step({ step: 'link-queue', subject, verdict: 'fails', detail, facts, page: PAGE, action: 'raise-link-quota' });
  }
  if (messages >= quota.rows * NEARLY_FULL || bytes >= quota.bytes * NEARLY_FULL) {
    const detail = `The outbox to ${subject} is nearly full: ${waiting} wait for it. Bring the link back, or raise its quota, before more is refused.`;
    return step({ step: 'link-queue', subject, verdict: 'warning', detail, facts, page: PAGE, action: 'raise-link-quota' });
  }
  return step({ step: 'link-queue', subject, verdict: 'ok', detail: `The outbox to ${subject} has room: ${waiting} wait.`, facts, page: PAGE });
}
