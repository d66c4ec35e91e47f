/** What became of a message, for one recipient (section 4 of the protocol). */
export type RecipientState = 'scheduled' | 'queued' | 'forwarded' | 'delivered' | 'acknowledged' | 'read' | 'refused' | 'expired' | 'collapsed' | 'withdrawn';

/** States that an entry in the log records; the others follow from cursors. */
export type OutcomeState = 'read' | 'refused' | 'expired' | 'collapsed' | 'withdrawn';

/** Why a client is asked to take messages off the screen. */
export type RetractReason = 'read' | 'withdrawn' | 'collapsed' | 'expired';
