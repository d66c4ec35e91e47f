import { type CallResult, lineCallSchema, onOneLine, Problem, rawMember, writeJson } from '@vestnik/protocol';
import { readParams, writtenHere } from '../line/foreign.js';
import type { Line, LineRequest } from '../ports/line.js';
import type { Remote } from '../ports/links.js';
import type { CallRequest } from './call-request.js';

/** Calls of one installation that wait here for answers. */
const OPEN_PER_REMOTE = 1_000;

/** @param from whole address of the caller, as it is written here @returns who answered, as it is written within this installation */
type Carry = (from: string, request: CallRequest, signal: AbortSignal) => Promise<CallResult>;

/**
 * Calls of other installations to clients of this one. The caller is always of the installation that asks, whatever it says: its path is
 * put to what it is called there.
 */
export class ForeignCalls {
  private readonly open = new Map<number, number>();

  constructor(
    line: Line,
    private readonly carry: Carry,
  ) {
    line.serve('call', (request) => this.answer(request));
  }

  private async answer({ remote, params: text, signal }: LineRequest): Promise<string> {
    const { from, to: address, method, answer, timeoutMs } = readParams(lineCallSchema, text);
    const { kind } = address.addressee;
    if (answer !== 'all' && (kind === 'topic' || kind === 'everyone')) throw new Problem('request-invalid', 'topics and * are called with "answer": "all"');
    const release = this.reserve(remote);
    try {
      const params = onOneLine(rawMember(text, 'params') ?? 'null');
      return writeJson(await this.carry(writtenHere(from, remote), { address, method, params, answer, timeoutMs }, signal));
    } finally {
      release();
    }
  }

  private reserve({ id }: Remote): () => void {
    const count = this.open.get(id) ?? 0;
    if (count >= OPEN_PER_REMOTE) throw new Problem('rate-limited', `an installation has ${OPEN_PER_REMOTE} open calls here at most`, { retryAfter: 1 });
    this.open.set(id, count + 1);
    return () => {
      const left = (this.open.get(id) ?? 1) - 1;
      if (left > 0) this.open.set(id, left);
      else this.open.delete(id);
    };
  }
}
