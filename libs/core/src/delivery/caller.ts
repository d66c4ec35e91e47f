import type { Principal } from '../access/principal.js';
import type { OrderedSends } from '../sending/ordered-sends.js';
import type { Session } from './session.js';

/** Who calls a method: a live session, or a client by HTTP that may have none. */
export interface Caller {
  readonly principal: Principal;
  /** Its sends are accepted in the order in which they come. */
  readonly sends: OrderedSends;
  /** Its session on this node. */
  readonly live?: Session;
  /** The bus's word for its session, on whichever node that is. */
  readonly session?: string;
  /** The device that it acknowledges for; empty where it named none. */
  readonly device: string;
  /** Network address. */
  readonly address?: string;
  /** Of a call by HTTP: aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}
