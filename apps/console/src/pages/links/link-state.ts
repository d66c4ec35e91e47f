/** What is known of a link wherever one is shown. */
export interface LinkCondition {
  readonly state: string;
  readonly connected: boolean;
  readonly quarantined?: string;
}

export type LinkStateName = 'quarantined' | 'pending' | 'paused' | 'connected' | 'disconnected';

/** How a link is doing, in the one word that matters most. */
export function stateOfLink({ state, connected, quarantined }: LinkCondition): LinkStateName {
  if (quarantined !== undefined) return 'quarantined';
  if (state === 'pending' || state === 'paused') return state;
  return connected ? 'connected' : 'disconnected';
}
