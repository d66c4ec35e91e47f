import { Problem } from '@vestnik/protocol';
import type { Caller } from '../delivery/caller.js';

/** What a client received and sent, as far as it is kept. */
export class History {
  /** @param params the params of `history`, parsed */
  async list(_caller: Caller, _params: unknown): Promise<unknown> {
    throw new Problem('method-unknown', 'history is not there yet');
  }
}
