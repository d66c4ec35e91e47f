import { Problem } from '@vestnik/protocol';
import { writtenThere } from '../line/foreign.js';
import { linkDown, tooLarge } from '../line/line-problems.js';
import type { Line } from '../ports/line.js';
import type { ElseWhere } from './resolve.js';
import type { TransientMessage } from './sending.js';

/**
 * Hands a transient message to another installation, which tells nothing back: whether anybody was there is not known here.
 *
 * @returns why it could not: `unavailable` where the link is down, `data-too-large`
 */
export function tellElsewhere(
  line: Line,
  { remote, wire }: ElseWhere,
  { id, from, type, data, correlationId, contentType, traceparent }: TransientMessage,
): Problem | undefined {
  if (!line.reaches(remote)) return linkDown(remote);
  const head = JSON.stringify({ id, from: writtenThere(from), to: wire, type, correlationId, contentType, traceparent });
  const params = `${head.slice(0, -1)},"data":${data}}`;
  const large = tooLarge(params);
  if (large !== undefined) return large;
  return line.tell(remote, 'transient', params) ? undefined : linkDown(remote);
}
