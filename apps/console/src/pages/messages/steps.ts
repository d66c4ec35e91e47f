import type { Tone } from '../../parts/tone.js';
import type { Recipient, RecipientState, Step } from './message-life.js';

const TONES: Readonly<Record<Step['what'], Tone>> = {
  accepted: 'info',
  scheduled: 'info',
  queued: 'neutral',
  forwarded: 'busy',
  arrived: 'busy',
  delivered: 'info',
  acknowledged: 'good',
  read: 'good',
  refused: 'bad',
  expired: 'warning',
  collapsed: 'neutral',
  withdrawn: 'neutral',
};

export function toneOf(what: string): Tone {
  return TONES[what as Step['what']] ?? 'neutral';
}

/** What POSTs to the webhook of a client has a position of its own, under this name. */
export const WEBHOOK_DEVICE = 'vestnik-webhook';

/** A vain attempt of a webhook is told as a step back into the queue. */
export function isVainAttempt({ what, device }: Step): boolean {
  return what === 'queued' && device === WEBHOOK_DEVICE;
}

const REACHED: ReadonlySet<RecipientState> = new Set(['acknowledged', 'read']);

/** Whether there is anything to ask about why it did not get there. */
export function wasNotReached({ state }: Pick<Recipient, 'state'>): boolean {
  return !REACHED.has(state) && state !== 'collapsed' && state !== 'withdrawn' && state !== 'scheduled';
}

/** It was handed over before it was refused: then it lies with the dead letters. Else it was never taken. */
export function isDeadLetter({ state, tenant, timeline }: Pick<Recipient, 'state' | 'tenant' | 'timeline'>): boolean {
  return state === 'refused' && tenant !== undefined && timeline.some(({ what }) => what === 'queued' || what === 'delivered');
}
