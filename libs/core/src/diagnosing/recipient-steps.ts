import { isReserved } from '@vestnik/protocol';
import { acceptingRule, accepts, matches } from '../access/reach.js';
import type { AcceptedUse, AcceptRule, Tenant } from '../ports/tenant.js';
import { isPresent } from '../presence/presence-of.js';
import { notAccepted, refusesUnknown, usesOf } from '../sending/may-write.js';
import type { DiagnosisStep } from './diagnosis.js';
import type { Facts, RecipientFacts, Side } from './facts.js';
import { noSuchTenant } from './sender-steps.js';
import { clientPage, counted, DONE, didYouMean, listed, roughly, step, tenantPage, timeOf } from './words.js';

/** An inbox that is so full is worth a word. */
const NEARLY_FULL = 0.8;
/** Who is connected acknowledges sooner than this. */
const SILENT_MS = 60_000;
/** Subscribers and sessions that are shown. */
const SHOWN = 5;

export type SideHere = Extract<Side, { kind: 'here' }>;
type Readable = Exclude<Side, { kind: 'unreadable' }>;

/** What is decided on the recipient's side, where that is here: names, what the tenant accepts, room, sessions, progress. */
export function recipientSteps(facts: Facts): DiagnosisStep[] {
  const { from, to, recipient } = facts;
  if (to.kind !== 'here') return [];
  const own = from.kind === 'here' && from.name === to.name;
  if (to.tenant === undefined) {
    return own ? [] : [noSuchTenant('to-tenant', to.name, to.near, 'which the sender is not told: it hears that the recipient does not accept this')];
  }
  const steps = own ? [] : [toTenant(to, to.tenant)];
  if (from.kind !== 'unreadable') steps.push(toAccepts(facts, from, to, to.tenant, own));
  if (recipient === undefined) return steps;
  return [...steps, ...clientSteps(facts, to, to.tenant, recipient), ...reverse(facts, own)];
}

function toTenant({ name }: SideHere, { settings }: Tenant): DiagnosisStep {
  const page = tenantPage(name, 'settings');
  if (settings.suspended) {
    const detail = `The tenant ${name} is suspended: nothing comes in from outside, and its clients cannot connect. Lift the suspension.`;
    return step({ step: 'to-tenant', subject: name, verdict: 'fails', detail, page, action: 'unsuspend-tenant' });
  }
  return step({ step: 'to-tenant', subject: name, verdict: 'ok', detail: `The tenant ${name} exists and is not suspended.`, page });
}

/** For which use no rule fits, if any. */
export function lackingUse({ use }: Facts, from: Readable, to: SideHere, tenant: Tenant): AcceptedUse | undefined {
  const { addressee } = to.address;
  const sender = addressOf(from);
  if (use === 'presence') return accepts(tenant, 'presence', sender, to.whole) ? undefined : 'presence';
  return notAccepted(tenant, addressee, use, sender, to.whole);
}

/** A session writes under the address of its client. */
function addressOf({ whole }: Readable): string {
  const slash = whole.indexOf('/', whole.indexOf('@'));
  return slash < 0 ? whole : whole.slice(0, slash);
}

function toAccepts(facts: Facts, from: Readable, to: SideHere, tenant: Tenant, own: boolean): DiagnosisStep {
  const { use } = facts;
  const { name, address, whole } = to;
  if (own) {
    return step({ step: 'to-accepts', subject: name, verdict: 'ok', detail: `Both are clients of ${name}: within a tenant nothing has to be accepted.` });
  }
  const page = tenantPage(name, 'accepts');
  const sender = addressOf(from);
  const needed = use === 'presence' ? (['presence'] as const) : usesOf(address.addressee, use);
  const lacking = lackingUse(facts, from, to, tenant);
  if (lacking === undefined) {
    const rules = needed.map((one) => acceptingRule(tenant, one, sender, whole)).filter((rule) => rule !== undefined);
    const patterns = [...new Set(rules.map((rule) => rule.from))];
    const detail = `${name} accepts ${listed(needed)} from ${sender}, by its ${patterns.length === 1 ? 'rule' : 'rules'} for ${listed(patterns)}.`;
    return step({ step: 'to-accepts', subject: name, verdict: 'ok', detail, facts: { needed, rules: [...new Set(rules)] }, page });
  }
  const suggested: AcceptRule = { from: sender, allow: needed };
  const wide = `*@${sender.slice(sender.indexOf('@') + 1)}`;
  const near = tenant.settings.accepts.find((rule) => matches(rule.from, sender, facts.installation));
  const because =
    near === undefined
      ? tenant.settings.accepts.length === 0
        ? `${name} accepts nothing from outside`
        : `No rule of ${name} is for ${sender}`
      : near.allow.includes(lacking)
        ? `The rule of ${name} for ${near.from} does not hold for ${whole}`
        : `The rule of ${name} for ${near.from} allows ${near.allow.length === 0 ? 'nothing' : listed(near.allow)}, and not ${lacking}`;
  const detail = `${because}, so ${DONE[use]} from ${sender} are refused. Add a rule that allows ${listed(needed)} from ${sender}, or from ${wide} for all clients there.`;
  return step({
    step: 'to-accepts',
    subject: name,
    verdict: 'fails',
    detail,
    facts: { needed, lacking, suggested, wide, nearestRule: near },
    page,
    action: 'allow-sender',
  });
}

function clientSteps(facts: Facts, to: SideHere, tenant: Tenant, recipient: RecipientFacts): DiagnosisStep[] {
  const { addressee } = to.address;
  switch (addressee.kind) {
    case 'topic':
      return [subscribers(facts, to, recipient)];
    case 'everyone':
      return [everyone(facts, to, recipient)];
    default: {
      if (isReserved(addressee.name) && facts.use !== 'presence') return [];
      const steps = [toClient(facts, to, tenant, recipient)];
      if (facts.use === 'send' && addressee.kind === 'client' && recipient.waiting !== undefined) steps.push(inbox(to, tenant, recipient.waiting));
      steps.push(sessions(facts, to, tenant, recipient));
      if (recipient.webhook !== undefined && facts.use === 'send') steps.push(webhookStep(facts, to, recipient.webhook));
      if (recipient.client !== undefined && facts.use === 'send' && addressee.kind === 'client') steps.push(progress(facts, to, recipient, recipient.client));
      return steps;
    }
  }
}

function clientOf({ address: { addressee } }: SideHere): string {
  return 'name' in addressee ? addressee.name : '';
}

function toClient({ use }: Facts, to: SideHere, tenant: Tenant, { known, nearClients, client }: RecipientFacts): DiagnosisStep {
  const name = clientOf(to);
  const { addressee } = to.address;
  const { name: own } = tenant;
  if (known) {
    const facts = { known, seenAt: client?.seenAt === undefined ? undefined : timeOf(client.seenAt) };
    return step({
      step: 'to-client',
      subject: to.whole,
      verdict: 'ok',
      detail: `The tenant ${own} knows the client ${name}.`,
      facts,
      page: clientPage(own, name),
    });
  }
  const facts = { known, unknownClients: tenant.settings.unknownClients, near: nearClients.length === 0 ? undefined : nearClients };
  const maybe = didYouMean(nearClients);
  if (use === 'send' && refusesUnknown(tenant, addressee)) {
    const page = tenantPage(own, addressee.kind === 'session' ? 'usage' : 'settings');
    const detail =
      addressee.kind === 'session'
        ? `The tenant ${own} knows no client ${name}, so it has no session either.${maybe}`
        : `The tenant ${own} knows no client ${name}, and refuses what is for clients that it does not know (unknownClients).${maybe} Mint it a token, which makes it known, or let the tenant accept unknown clients.`;
    return step({
      step: 'to-client',
      subject: to.whole,
      verdict: 'fails',
      detail,
      facts,
      page,
      action: nearClients.length > 0 ? 'correct-address' : 'create-client',
    });
  }
  const so = use === 'send' ? 'A message makes it known, and waits for it' : use === 'call' ? 'Nobody can answer' : 'It is told to be offline';
  const detail = `The tenant ${own} has never seen a client ${name}. ${so}.${maybe} See whether the name is written right.`;
  return step({ step: 'to-client', subject: to.whole, verdict: 'warning', detail, facts, page: '/clients', action: 'correct-address' });
}

function inbox(to: SideHere, { name, settings: { maxInbox } }: Tenant, waiting: number): DiagnosisStep {
  const client = clientOf(to);
  const facts = { waiting, maxInbox };
  const subject = to.whole;
  if (waiting >= maxInbox) {
    const detail = `The inbox of ${client} is full: ${counted(waiting, 'message')} that it has not acknowledged, of ${counted(maxInbox, 'message')} at most, so more is refused as inbox-full. Let it acknowledge, purge what waits, or raise maxInbox.`;
    return step({ step: 'to-inbox', subject, verdict: 'fails', detail, facts, page: clientPage(name, client), action: 'raise-inbox' });
  }
  const most = `${counted(waiting, 'message')} of at most ${counted(maxInbox, 'message')} ${waiting === 1 ? 'waits' : 'wait'}`;
  if (waiting >= maxInbox * NEARLY_FULL) {
    const detail = `The inbox of ${client} is nearly full: ${most}. Let it acknowledge, before more is refused.`;
    return step({ step: 'to-inbox', subject, verdict: 'warning', detail, facts, page: clientPage(name, client), action: 'raise-inbox' });
  }
  return step({ step: 'to-inbox', subject, verdict: 'ok', detail: `The inbox of ${client} has room: ${most}.`, facts, page: clientPage(name, client) });
}

/** Whether the sender may be told of sessions: within a tenant, and where the other one allows `presence`. */
export function isTold({ from }: Facts, to: SideHere, tenant: Tenant): boolean {
  if (from.kind === 'unreadable') return false;
  return (from.kind === 'here' && from.name === to.name) || accepts(tenant, 'presence', addressOf(from), to.whole);
}

function sessions(facts: Facts, to: SideHere, tenant: Tenant, { sessions: all, webhook }: RecipientFacts): DiagnosisStep {
  const { use, now } = facts;
  const { addressee } = to.address;
  const name = clientOf(to);
  const page = clientPage(tenant.name, name);
  const subject = to.whole;
  const live = all.filter(isPresent);
  const shown = { online: live.length > 0, sessions: live.length, transports: live.length === 0 ? undefined : [...new Set(live.map((one) => one.transport))] };
  if (addressee.kind === 'session') {
    if (all.some(({ session }) => session === addressee.session)) {
      return step({ step: 'to-sessions', subject, verdict: 'ok', detail: `The session ${addressee.session} of ${name} lives.`, facts: shown, page });
    }
    const told = isTold(facts, to, tenant);
    const fails = use === 'call' || told;
    const so = fails
      ? 'What is for a single session is never kept, so it is refused as client-offline.'
      : 'What is for a single session is never kept; the sender may not be told of sessions, so it hears that it was delivered, and it is lost.';
    const detail = `${name} has no session ${addressee.session} now. ${so} Write to the client instead.`;
    return step({ step: 'to-sessions', subject, verdict: fails ? 'fails' : 'warning', detail, facts: shown, page, action: 'connect-client' });
  }
  if (live.length > 0) {
    const detail = `${name} is online: ${counted(live.length, 'session')} by ${listed(shown.transports ?? [])}.`;
    const oldest = Math.min(...live.map(({ since }) => since));
    const list = live.slice(0, SHOWN).map(({ session, transport, device, app, since }) => ({ session, transport, device, app, since: timeOf(since) }));
    return step({ step: 'to-sessions', subject, verdict: 'ok', detail, facts: { ...shown, onlineSince: timeOf(oldest), list }, page });
  }
  if (use === 'presence') {
    return step({ step: 'to-sessions', subject, verdict: 'ok', detail: `${name} is offline, and that is what is told.`, facts: shown, page });
  }
  if (use === 'call') {
    if (all.length > 0) {
      const detail = `${name} has no session, but a webhook, which is called.`;
      return step({ step: 'to-sessions', subject, verdict: 'ok', detail, facts: { ...shown, webhook: webhook?.state ?? true }, page });
    }
    const detail = `${name} has no session now. A call is never kept, so it fails${isTold(facts, to, tenant) ? ' at once as client-offline' : '; the caller may not be told of sessions, so it hears of it after its timeout'}. Let it connect, or send a message instead.`;
    return step({ step: 'to-sessions', subject, verdict: 'fails', detail, facts: shown, page, action: 'connect-client' });
  }
  if (webhook !== undefined) {
    return step({ step: 'to-sessions', subject, verdict: 'ok', detail: `${name} has no session; its webhook takes messages for it.`, facts: shown, page });
  }
  const { ttl } = tenant.settings;
  const until = timeOf(now + ttl * 1_000);
  const detail = `${name} has no session now. A message waits in the log until ${until}, where it names no other time to live, and a transient one (durable: false) is refused or lost.`;
  return step({ step: 'to-sessions', subject, verdict: 'warning', detail, facts: { ...shown, ttl, until }, page, action: 'connect-client' });
}

function webhookStep({ now }: Facts, to: SideHere, webhook: NonNullable<RecipientFacts['webhook']>): DiagnosisStep {
  const name = clientOf(to);
  const { state, reason, lastError, failures, nextAttemptAt, downSince, givenUp } = webhook;
  const facts = {
    state,
    reason,
    lastError,
    failures,
    nextAttemptAt: nextAttemptAt === undefined ? undefined : timeOf(nextAttemptAt),
    downSince: downSince === undefined ? undefined : timeOf(downSince),
    givenUp,
  };
  const subject = to.whole;
  const because = lastError === undefined ? '' : ` The last error was: ${lastError}.`;
  switch (state) {
    case 'paused': {
      const detail = `The webhook of ${name} is paused${reason === undefined ? '' : `: ${reason}`}. Messages wait in the log and nothing is tried.${because} Mend the endpoint, and resume the webhook.`;
      return step({ step: 'to-webhook', subject, verdict: 'warning', detail, facts, page: '/webhooks', action: 'resume-webhook' });
    }
    case 'failing': {
      const since = downSince === undefined ? '' : ` for ${roughly(now - downSince)}`;
      const detail = `The webhook of ${name} has been failing${since}: the first message in line was tried ${counted(failures, 'time')}, and all others wait behind it.${because} See what the endpoint answers.`;
      return step({ step: 'to-webhook', subject, verdict: 'warning', detail, facts, page: '/webhooks', action: 'check-webhook' });
    }
    default:
      return step({ step: 'to-webhook', subject, verdict: 'ok', detail: `The webhook of ${name} takes what is delivered.`, facts, page: '/webhooks' });
  }
}

function progress(
  { now }: Facts,
  to: SideHere,
  { waiting = 0, oldestAt, oldestId, sessions: all }: RecipientFacts,
  client: NonNullable<RecipientFacts['client']>,
): DiagnosisStep {
  const { name, seenAt, devices } = client;
  const subject = to.whole;
  const page = clientPage(to.name, name);
  const facts = {
    waiting,
    oldestWaitingAt: oldestAt === undefined ? undefined : timeOf(oldestAt),
    oldestWaiting: oldestId,
    seenAt: seenAt === undefined ? undefined : timeOf(seenAt),
    devices: devices.slice(0, SHOWN).map(({ device, at }) => ({ device, at: timeOf(at) })),
  };
  if (waiting === 0) return step({ step: 'to-progress', subject, verdict: 'ok', detail: `${name} has acknowledged all that it was sent.`, facts, page });
  const live = all.filter(isPresent);
  const old = oldestAt === undefined ? 0 : now - oldestAt;
  const behind = `${counted(waiting, 'message')} ${waiting === 1 ? 'waits' : 'wait'} for it${oldestAt === undefined ? '' : `, the oldest for ${roughly(old)}`}`;
  if (live.some(({ since }) => now - since > SILENT_MS) && old > SILENT_MS) {
    const detail = `${name} is connected and does not acknowledge: ${behind}. It may be stuck on the first of them, or its code never calls ack. See what its log says; close its session to have it handed over again.`;
    return step({ step: 'to-progress', subject, verdict: 'warning', detail, facts, page, action: 'check-client' });
  }
  const seen = live.length > 0 ? '' : seenAt === undefined ? ' It was never seen connected.' : ` It was last seen ${roughly(now - seenAt)} ago.`;
  return step({
    step: 'to-progress',
    subject,
    verdict: 'ok',
    detail: `${behind[0]?.toUpperCase()}${behind.slice(1).replace(' for it', ` for ${name}`)}.${seen}`,
    facts,
    page,
  });
}

function subscribers({ use }: Facts, to: SideHere, { known, subscribers: found }: RecipientFacts): DiagnosisStep {
  const clients = found?.clients ?? [];
  const page = tenantPage(to.name, 'topics');
  const facts = { subscribers: clients.length, more: found?.more === true ? true : undefined, clients: clients.slice(0, SHOWN), writtenTo: known };
  if (clients.length === 0) {
    const so =
      use === 'call' ? 'a call has nobody to answer it' : 'a message is kept, and nobody is given it but who subscribes and asks for what was retained';
    const detail = `Nobody is subscribed to ${to.whole}: ${so}. Subscribe a client, or see whether the name is written right.`;
    return step({ step: 'to-subscribers', subject: to.whole, verdict: 'warning', detail, facts, page, action: 'subscribe-client' });
  }
  const many = `${counted(clients.length, 'client')}${found?.more === true ? ' or more' : ''}`;
  return step({
    step: 'to-subscribers',
    subject: to.whole,
    verdict: 'ok',
    detail: `${many} ${clients.length === 1 ? 'is' : 'are'} subscribed: ${listed(clients.slice(0, SHOWN))}.`,
    facts,
    page,
  });
}

function everyone({ use }: Facts, to: SideHere, { tenantSessions }: RecipientFacts): DiagnosisStep {
  const subject = to.whole;
  const facts = { sessions: tenantSessions };
  const page = '/clients';
  if (tenantSessions > 0) {
    return step({ step: 'to-sessions', subject, verdict: 'ok', detail: `The tenant ${to.name} has ${counted(tenantSessions, 'session')} now.`, facts, page });
  }
  const so = use === 'call' ? 'A call has nobody to answer it.' : 'A durable message waits for every client that is known now.';
  return step({
    step: 'to-sessions',
    subject,
    verdict: 'warning',
    detail: `No client of ${to.name} is connected. ${so}`,
    facts,
    page,
    action: 'connect-client',
  });
}

/** Receipts and answers to calls need nothing; a message that is sent back does. */
function reverse({ from, to, use, installation }: Facts, own: boolean): DiagnosisStep[] {
  if (own || use !== 'send' || from.kind !== 'here' || to.kind !== 'here' || from.tenant === undefined || to.address.addressee.kind !== 'client') return [];
  const back = addressOf(from);
  const accepted = accepts(from.tenant, 'send', addressOf(to), back);
  const detail = accepted
    ? `Receipts need nothing, and ${from.name} accepts what ${to.whole} sends back.`
    : `Receipts come back without more. Should ${to.whole} send messages back, ${from.name} has to accept them, and does not now.`;
  const facts = { accepted, installation };
  return [step({ step: 'reverse', subject: `${addressOf(to)} → ${back}`, verdict: 'ok', detail, facts, page: tenantPage(from.name, 'accepts') })];
}
