import type { Push } from '@vestnik/core';
import { rpcNotification, rpcRequest } from '@vestnik/protocol';
import { SLOTS, textFrame } from '../web-socket-frames.js';

/** A push as JSON-RPC in a text frame, made once for all connections: a notification, or of a call a request. */
export function pushFrame(push: Push): Uint8Array {
  let frame = push.frames[SLOTS.jsonRpc];
  if (frame === undefined) {
    const { id, method, params } = push;
    frame = textFrame(id === undefined ? rpcNotification(method, params) : rpcRequest(id, method, params));
    push.frames[SLOTS.jsonRpc] = frame;
  }
  return frame;
}
