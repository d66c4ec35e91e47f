import { closingNotice, type Push, type SessionEnd } from '@vestnik/core';
import { onOneLine, rpcNotification, rpcRequest } from '@vestnik/protocol';
import type { StreamFormat } from '../http-clients/stream-format.js';
import { SLOTS } from '../web-socket-frames.js';

/** JSON lines: each is the JSON-RPC object that a WebSocket would carry; an empty one says that the stream lives. */
export const JSON_LINES: StreamFormat = {
  transport: 'json-lines',
  contentType: 'application/x-ndjson',
  opening: Buffer.from('\n'),
  stillThere: Buffer.from('\n'),
  comeBack: Buffer.alloc(0),
  encode: (push) => {
    let frame = push.frames[SLOTS.jsonLines];
    if (frame === undefined) {
      frame = Buffer.from(lineOf(push));
      push.frames[SLOTS.jsonLines] = frame;
    }
    return frame;
  },
  closing: (end: SessionEnd) => Buffer.from(`${rpcNotification('notice', JSON.stringify(closingNotice(end)))}\n`),
};

function lineOf({ method, params, id }: Push): string {
  const line = onOneLine(params);
  return `${id === undefined ? rpcNotification(method, line) : rpcRequest(id, method, line)}\n`;
}
