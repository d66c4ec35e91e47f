import type { Address } from '@vestnik/protocol';

/** A call that was read at the door. */
export interface CallRequest {
  readonly address: Address;
  readonly method: string;
  /** JSON text, as it was sent, on one line. */
  readonly params: string;
  readonly timeoutMs: number;
  readonly answer: 'one' | 'first' | 'all';
}
