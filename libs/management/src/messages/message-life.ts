import type { MessageOutcome, RecipientOutcome, WebhookAttempts } from '@vestnik/core';
import { parseAddress, type RecipientState } from '@vestnik/protocol';
import { timeOf } from '../http/page.js';
import type { MessageRecipientAnswer, MessageStepAnswer } from './browsed-message-calls.js';

/** A step of a life; without a time where nobody wrote it down. */
interface Step extends Omit<MessageStepAnswer, 'at'> {
  readonly at?: number;
}

/** What of a message its recipients' lives begin with. */
export type Beginning = Pick<MessageOutcome, 'deliverAt'> & { readonly message: Pick<MessageOutcome['message'], 'sentAt'> };

const OUTCOMES: ReadonlySet<RecipientState> = new Set(['read', 'refused', 'expired', 'collapsed', 'withdrawn'] as const);

/** What a message went through for one recipient, in the order of time. @param installation the name of this one */
export function recipientAnswerOf(outcome: RecipientOutcome, of: Beginning, installation: string, webhook?: WebhookAttempts): MessageRecipientAnswer {
  const { tenant, path } = parseAddress(outcome.address);
  const there = path.join('.');
  const here = there === '' || there === installation;
  return {
    address: outcome.address,
    ...(here && tenant !== undefined ? { tenant } : {}),
    installation: here ? installation : there,
    state: outcome.state,
    ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
    ...(outcome.at === undefined ? {} : { at: timeOf(outcome.at) }),
    timeline: inOrder([...begun(of), ...(here ? stepsHere(outcome, webhook) : stepsElsewhere(outcome, there))]).map(stepAnswer),
  };
}

/** A recipient that did not take it when it was sent, as the sender was told. */
export function refusedAnswerOf(refused: Refused, of: Beginning, installation: string): MessageRecipientAnswer {
  const { error = {} } = refused;
  const reason = [error.detail, error.title, error.type?.replace('urn:vestnik:problem:', '')].find((text) => typeof text === 'string');
  const at = of.deliverAt ?? of.message.sentAt;
  const outcome = { tenantId: 0, mailboxId: 0, address: refused.address, state: 'refused' as const, at, reason, devices: [] };
  const answer = recipientAnswerOf(outcome, of, installation);
  return { ...answer, timeline: inOrder([...begun(of), { what: 'refused', at, reason }]).map(stepAnswer) };
}

/** As it is kept with the message. */
export interface Refused {
  readonly address: string;
  readonly error?: { readonly type?: string; readonly title?: string; readonly detail?: string };
}

function begun({ message, deliverAt }: Beginning): Step[] {
  return [{ what: 'accepted', at: message.sentAt }, ...(deliverAt === undefined ? [] : [{ what: 'scheduled' as const, at: deliverAt }])];
}

function stepsHere({ state, at, reason, queuedAt, devices }: RecipientOutcome, webhook: WebhookAttempts | undefined): Step[] {
  const steps: Step[] = queuedAt === undefined ? [] : [{ what: 'queued', at: queuedAt }];
  for (const device of devices) {
    const named = device.device === '' ? {} : { device: device.device };
    const deliveredAt = device.state === 'delivered' ? device.at : (device.deliveredAt ?? device.at);
    steps.push({ what: 'delivered', at: deliveredAt, attempts: device.attempts, ...named });
    if (device.state === 'acknowledged') steps.push({ what: 'acknowledged', at: device.at, ...named });
  }
  if (webhook !== undefined) steps.push({ what: 'queued', at: webhook.at, device: 'vestnik-webhook', attempts: webhook.attempts, reason: webhook.error });
  if (OUTCOMES.has(state)) steps.push({ what: state as Step['what'], at, reason });
  return steps;
}

function stepsElsewhere({ state, at, reason, queuedAt, arrivedAt, devices }: RecipientOutcome, installation: string): Step[] {
  const steps: Step[] = queuedAt === undefined ? [] : [{ what: 'queued', at: queuedAt }];
  // When it went out nobody writes down; that it arrived says that it did.
  if (state === 'forwarded' || arrivedAt !== undefined) steps.push({ what: 'forwarded', installation });
  if (arrivedAt !== undefined) steps.push({ what: 'arrived', at: arrivedAt, installation });
  if (state === 'acknowledged' || OUTCOMES.has(state)) {
    const device = devices[0]?.device;
    steps.push({
      what: state as Step['what'],
      at,
      reason,
      ...(state === 'withdrawn' && arrivedAt === undefined ? {} : { installation }),
      ...(device === undefined ? {} : { device }),
    });
  }
  return steps;
}

/** By time; one without a time stays behind the one that it came after. */
function inOrder(steps: readonly Step[]): Step[] {
  let before = Number.NEGATIVE_INFINITY;
  const timed = steps.map((step, nth) => {
    const at = step.at ?? before;
    before = Math.max(before, at);
    return { step, at, nth };
  });
  return timed.sort((a, b) => a.at - b.at || a.nth - b.nth).map(({ step }) => step);
}

function stepAnswer({ at, what, device, attempts, installation, reason }: Step): MessageStepAnswer {
  return {
    ...(at === undefined ? {} : { at: timeOf(at) }),
    what,
    ...(device === undefined ? {} : { device }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(installation === undefined ? {} : { installation }),
    ...(reason === undefined ? {} : { reason }),
  };
}
