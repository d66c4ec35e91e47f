import { Problem } from '@vestnik/protocol';
import type { Caller } from '../delivery/caller.js';

/** Who is online, with the status that it set; and watching that. */
export class ClientPresence {
  async set(_caller: Caller, _params: unknown): Promise<unknown> {
    throw new Problem('method-unknown', 'presence is not there yet');
  }

  async get(_caller: Caller, _params: unknown): Promise<unknown> {
    throw new Problem('method-unknown', 'presence is not there yet');
  }

  async watch(_caller: Caller, _params: unknown): Promise<unknown> {
    throw new Problem('method-unknown', 'presence is not there yet');
  }

  async unwatch(_caller: Caller, _params: unknown): Promise<unknown> {
    throw new Problem('method-unknown', 'presence is not there yet');
  }
}
