import { Problem, type SubscribeResult } from '@vestnik/protocol';
import type { Caller } from '../delivery/caller.js';

/** Subscriptions: they outlive sessions, and are made by clients or by their backends. */
export class Topics {
  async subscribe(_caller: Caller, _params: unknown): Promise<SubscribeResult> {
    throw new Problem('method-unknown', 'topics are not there yet');
  }

  async unsubscribe(_caller: Caller, _params: unknown): Promise<SubscribeResult> {
    throw new Problem('method-unknown', 'topics are not there yet');
  }
}
