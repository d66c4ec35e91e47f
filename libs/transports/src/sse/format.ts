import { closingNotice, type Push, type SessionEnd } from '@vestnik/core';
import { onOneLine, rawMember } from '@vestnik/protocol';
import type { StreamFormat } from '../http-clients/stream-format.js';
import { SLOTS } from '../web-socket-frames.js';

/** After a cut, milliseconds. */
const RETRY_MS = 2_000;
/** Where the stream was ended so that its client comes back. */
const COME_BACK_MS = 100;
/** Where it was ended for good: a page that does not listen for `notice` comes back all the same, and need not soon. */
const NOT_SOON_MS = 60_000;

/**
 * Server-sent events (WHATWG HTML, section 9.2). The method is the event's name and the params are its data; a
 * durable message alone has an id, its position, since a browser resumes from the last id that it saw.
 */
export const SSE: StreamFormat = {
  transport: 'sse',
  contentType: 'text/event-stream',
  opening: Buffer.from(`retry: ${RETRY_MS}\n\n`),
  stillThere: Buffer.from(':\n\n'),
  comeBack: Buffer.from(`retry: ${COME_BACK_MS}\n\n`),
  encode: (push) => {
    let frame = push.frames[SLOTS.serverSentEvents];
    if (frame === undefined) {
      frame = Buffer.from(eventOf(push));
      push.frames[SLOTS.serverSentEvents] = frame;
    }
    return frame;
  },
  closing: (end: SessionEnd) => {
    const retryMs = end.reconnect ? Math.max(RETRY_MS, (end.after ?? 0) * 1_000) : NOT_SOON_MS;
    return Buffer.from(`retry: ${retryMs}\nevent: notice\ndata: ${JSON.stringify(closingNotice(end))}\n\n`);
  },
};

function eventOf({ method, params, id }: Push): string {
  const position = method === 'message' ? rawMember(params, 'position') : undefined;
  const data = onOneLine(id === undefined ? params : withId(params, id));
  return `event: ${method}\n${position === undefined ? '' : `id: ${position.slice(1, -1)}\n`}data: ${data}\n\n`;
}

/** The params of a call with the id by which its answer comes back. @param params JSON text of an object */
function withId(params: string, id: string): string {
  const rest = params.trimStart().slice(1);
  return `{"id":${JSON.stringify(id)}${/^\s*\}/.test(rest) ? '' : ','}${rest}`;
}
