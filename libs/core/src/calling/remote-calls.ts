import {
  type Address,
  type CallResult,
  LIMITS,
  lineCallResultSchema,
  Problem,
  parseAddress,
  parseJson,
  parseWith,
  RawJson,
  rawElements,
  rawMember,
} from '@vestnik/protocol';
import { writtenHere, writtenThere } from '../line/foreign.js';
import type { Line } from '../ports/line.js';
import type { Remote } from '../ports/links.js';
import type { ElseWhere } from '../sending/resolve.js';
import type { CallRequest } from './call-request.js';

/** All answers come when the far side has waited to the end: they are given so long to come here. */
const HOME_MS = 2_000;

/**
 * Calls clients of another installation: it finds them, and ends the call at the same deadline by itself.
 *
 * @param from whole address of the caller
 * @param signal aborted when nobody waits any more: those who were called are told
 * @throws Problem what a call here may end with; `unavailable` where the link is down, `call-interrupted` where it went down meanwhile
 */
export async function callElsewhere(line: Line, from: string, request: CallRequest, place: ElseWhere, signal: AbortSignal): Promise<CallResult> {
  const { method, params, answer, timeoutMs } = request;
  const head = { from: writtenThere(from), to: place.wire, method, answer, timeoutMs };
  const text = `${JSON.stringify(head).slice(0, -1)},"params":${params}}`;
  const asked = { timeoutMs: answer === 'all' ? timeoutMs + HOME_MS : timeoutMs, signal };
  let answered: string;
  try {
    answered = await line.ask(place.remote, 'call', text, asked);
  } catch (error) {
    throw error instanceof Problem && error.slug === 'call-failed' ? failedThere(error, place.remote) : error;
  }
  return read(answered, answer, place.remote);
}

function read(text: string, answer: CallRequest['answer'], remote: Remote): CallResult {
  let result: ReturnType<typeof parseWith<typeof lineCallResultSchema>> | undefined;
  try {
    result = parseWith(lineCallResultSchema, parseJson(text, LIMITS.jsonDepth + 4), 'request-invalid');
  } catch {
    // It is said below.
  }
  if (result !== undefined && 'answers' in result && answer === 'all') {
    const raw = rawElements(rawMember(text, 'answers') ?? '[]');
    return { missing: result.missing, answers: result.answers.map((one, at) => answerOf(one.from, raw[at] ?? '{}', remote)) };
  }
  const written = result !== undefined && 'from' in result && answer !== 'all' ? rawMember(text, 'result') : undefined;
  if (result === undefined || !('from' in result) || written === undefined) {
    throw new Problem('unavailable', `the installation ${remote.path.join('.')} answered what is no answer to a call`);
  }
  return { result: new RawJson(written), from: writtenHere(result.from, remote) };
}

function answerOf(from: Address, text: string, remote: Remote) {
  const error = rawMember(text, 'error');
  const by = writtenHere(from, remote);
  return error === undefined ? { from: by, result: new RawJson(rawMember(text, 'result') ?? 'null') } : { from: by, error: new RawJson(error) };
}

/** The called client's own error, as it sent it; who it was is written as addresses are here. */
function failedThere({ slug, detail, extra }: Problem, remote: Remote): Problem {
  return new Problem(slug, detail, { from: answererOf(extra.from, remote), error: extra.error ?? null });
}

function answererOf(from: unknown, remote: Remote): string | undefined {
  if (typeof from !== 'string') return undefined;
  try {
    const address = parseAddress(from);
    return address.path.length === 0 && address.addressee.kind === 'session' ? writtenHere(address, remote) : undefined;
  } catch {
    return undefined;
  }
}
