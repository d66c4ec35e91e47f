import { Problem } from '@vestnik/protocol';
import type { Caller } from './caller.js';
import type { Session } from './session.js';

/** @throws Problem `request-invalid` where only a live session can do this */
export function liveOf(caller: Caller): Session {
  if (caller.live === undefined) throw new Problem('request-invalid', 'this needs a session: open a stream or a poll first, and name it');
  return caller.live;
}
