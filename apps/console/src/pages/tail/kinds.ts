import type { Tone } from '../../parts/tone.js';

/** What can be seen to happen, and how it is shown. */
export const KINDS = {
  accepted: 'info',
  forwarded: 'busy',
  delivered: 'info',
  acknowledged: 'good',
  read: 'good',
  refused: 'bad',
  expired: 'warning',
  withdrawn: 'neutral',
  collapsed: 'neutral',
  call: 'busy',
  'session-opened': 'good',
  'session-closed': 'neutral',
} as const satisfies Record<string, Tone>;

export type Kind = keyof typeof KINDS;

export function isKind(text: string): text is Kind {
  return Object.hasOwn(KINDS, text);
}

/** Kinds as they stand in the address of the page; what is none is left out. */
export function kindsOf(text: string | undefined): Kind[] {
  return (text ?? '').split(',').filter(isKind);
}
