import type { Push } from '@vestnik/core';
import { rpcNotification } from '@vestnik/protocol';
import { SLOTS, textFrame } from '../web-socket-frames.js';

/** A push as a JSON-RPC notification in a text frame, made once for all connections. */
export function pushFrame(push: Push): Uint8Array {
  let frame = push.frames[SLOTS.jsonRpc];
  if (frame === undefined) {
    frame = textFrame(rpcNotification(push.method, push.params));
    push.frames[SLOTS.jsonRpc] = frame;
  }
  return frame;
}
