import { Problem } from '@vestnik/protocol';

/** A call as it is remembered: who called whom and how it went, never what was said. */
export interface RememberedCall {
  readonly id: string;
  /** Whole addresses. */
  readonly from: string;
  readonly to: string;
  /** Names of the tenants of both, as far as they are of this installation. */
  readonly tenants: readonly string[];
  readonly method: string;
  readonly answer: 'one' | 'first' | 'all';
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly state: 'open' | 'answered' | 'failed';
  readonly durationMs?: number;
  /** Slug of the problem with which it failed. */
  readonly problem?: string;
}

export interface CallFilter {
  readonly state?: 'open' | 'ended';
  readonly failed?: boolean;
  readonly slowerThanMs?: number;
  /** Names; absent: of all tenants. */
  readonly tenants?: readonly string[];
  readonly method?: string;
  readonly limit: number;
}

/** So many that have ended are remembered. */
const KEPT = 1_000;

/** The calls of one node: those under way, and the last that have ended. */
export class RecentCalls {
  private readonly open = new Map<number, RememberedCall>();
  private readonly ended: RememberedCall[] = [];
  private next = 0;
  /** Where the oldest of `ended` stands, once it is full. */
  private oldest = 0;

  /** @returns to be called once, when it has ended: with what it failed with, if it did */
  begin(call: Omit<RememberedCall, 'id' | 'state'>, monotonic: () => number): (failure?: unknown) => void {
    const number = this.next++;
    const since = monotonic();
    const open: RememberedCall = { ...call, id: String(number), state: 'open' };
    this.open.set(number, open);
    return (failure) => {
      if (!this.open.delete(number)) return;
      const durationMs = monotonic() - since;
      this.keep(
        failure === undefined
          ? { ...open, state: 'answered', durationMs }
          : { ...open, state: 'failed', durationMs, problem: failure instanceof Problem ? failure.slug : 'internal' },
      );
    };
  }

  private keep(call: RememberedCall): void {
    if (this.ended.length < KEPT) this.ended.push(call);
    else {
      this.ended[this.oldest] = call;
      this.oldest = (this.oldest + 1) % KEPT;
    }
  }

  get kept(): number {
    return this.open.size + this.ended.length;
  }

  /** Newest first. */
  list(filter: CallFilter, now: number): RememberedCall[] {
    const open = [...this.open.values()].map((call): RememberedCall => ({ ...call, durationMs: Math.max(0, now - call.startedAt) }));
    return newestFirst([...open, ...this.ended].filter((call) => fits(call, filter))).slice(0, filter.limit);
  }
}

export function newestFirst(calls: readonly RememberedCall[]): RememberedCall[] {
  return calls.toSorted((a, b) => b.startedAt - a.startedAt);
}

function fits(call: RememberedCall, { state, failed, slowerThanMs, tenants, method }: CallFilter): boolean {
  if (state !== undefined && (call.state === 'open') !== (state === 'open')) return false;
  if (failed === true && call.state !== 'failed') return false;
  if (slowerThanMs !== undefined && (call.durationMs ?? 0) < slowerThanMs) return false;
  if (tenants !== undefined && !tenants.some((tenant) => call.tenants.includes(tenant))) return false;
  return method === undefined || call.method.toLowerCase().includes(method.toLowerCase());
}
