import { isReservedFor, refusesUnknown } from '../sending/may-write.js';
import type { DiagnosisStep } from './diagnosis.js';
import type { Facts } from './facts.js';
import { isTold, lackingUse, type SideHere } from './recipient-steps.js';
import { counted, step } from './words.js';

/** Instead of what is decided on a sender's side of which nothing may be told. */
export function untoldSender({ from }: Facts): DiagnosisStep {
  const subject = from.kind === 'unreadable' ? from.given : from.whole;
  const detail = 'The sender is of a tenant that is not yours: whether it is there, and what it may do, is not told. What follows is what your tenant decides.';
  return step({ step: 'from-tenant', subject, verdict: 'skipped', detail });
}

/** What a sender would be told of a recipient, and no more: a tenant that is not there and one that accepts nobody answer alike. */
export function toldRecipient(facts: Facts, to: SideHere): DiagnosisStep[] {
  const { from, recipient, use } = facts;
  if (from.kind === 'unreadable') return [];
  const { tenant } = to;
  const { addressee } = to.address;
  const subject = to.whole;
  const told = tenant !== undefined && isTold(facts, to, tenant);
  const shut =
    tenant === undefined || tenant.settings.suspended || (use !== 'presence' && isReservedFor(addressee)) || lackingUse(facts, from, to, tenant) !== undefined;
  const single = addressee.kind === 'client' || addressee.kind === 'session';
  const unknownRefused = tenant !== undefined && use === 'send' && single && recipient?.known === false && refusesUnknown(tenant, addressee);
  if (shut || (unknownRefused && !told)) {
    const detail = 'The recipient does not accept this from you: it may not exist, be suspended, or have no rule for you. Ask those who administer it.';
    return [step({ step: 'to-accepts', subject, verdict: 'fails', detail, action: 'allow-sender' })];
  }
  const steps = [step({ step: 'to-accepts', subject, verdict: 'ok', detail: 'The recipient accepts this from you.' })];
  if (!single || recipient === undefined || tenant === undefined) return steps;
  if (told) {
    const verdict = recipient.known ? 'ok' : unknownRefused ? 'fails' : 'warning';
    const detail = recipient.known ? 'The recipient is known.' : 'The recipient’s tenant knows no client of this name. See whether it is written right.';
    steps.push(
      step({
        step: 'to-client',
        subject,
        verdict,
        detail,
        facts: { known: recipient.known },
        ...(recipient.known ? {} : { action: 'correct-address' as const }),
      }),
    );
  }
  if (use === 'send' && addressee.kind === 'client' && (recipient.waiting ?? 0) >= tenant.settings.maxInbox) {
    const detail = `The recipient has ${counted(tenant.settings.maxInbox, 'message')} that it has not acknowledged, and takes no more now. Ask those who administer it.`;
    steps.push(step({ step: 'to-inbox', subject, verdict: 'fails', detail }));
  }
  if (!told) {
    const detail = 'The recipient’s tenant lets you know nothing of its sessions.';
    return [...steps, step({ step: 'to-sessions', subject, verdict: 'skipped', detail })];
  }
  const session = addressee.kind === 'session' ? addressee.session : undefined;
  const count = session === undefined ? recipient.sessions.length : recipient.sessions.filter((one) => one.session === session).length;
  const needed = use === 'call' || (use === 'send' && session !== undefined);
  const verdict = count > 0 || use === 'presence' ? 'ok' : needed ? 'fails' : 'warning';
  const detail =
    count > 0
      ? `The recipient has ${counted(count, 'session')} now.`
      : `The recipient has no ${session === undefined ? '' : 'such '}session now.${use === 'send' && session === undefined ? ' A message waits for it.' : ''}`;
  return [...steps, step({ step: 'to-sessions', subject, verdict, detail, facts: { sessions: count } })];
}
