/** What is known of a call, as far as it is summed up. */
export interface SummedCall {
  readonly method: string;
  readonly state: 'open' | 'answered' | 'failed';
  readonly durationMs?: number;
}

/** How the calls of one method went. */
export interface MethodSummary {
  readonly method: string;
  readonly calls: number;
  readonly open: number;
  readonly failed: number;
  /** Of those that have ended; undefined where none has. */
  readonly failedShare: number | undefined;
  /** Milliseconds, of those that have ended. */
  readonly median: number | undefined;
  readonly p95: number | undefined;
}

/** Per method, the most called first. */
export function summaryOf(calls: readonly SummedCall[]): MethodSummary[] {
  const byMethod = new Map<string, SummedCall[]>();
  for (const call of calls) {
    const known = byMethod.get(call.method);
    if (known === undefined) byMethod.set(call.method, [call]);
    else known.push(call);
  }
  return [...byMethod]
    .map(([method, all]) => {
      const ended = all.filter(({ state }) => state !== 'open');
      const failed = ended.filter(({ state }) => state === 'failed').length;
      const durations = ended.flatMap(({ durationMs }) => durationMs ?? []).sort((a, b) => a - b);
      return {
        method,
        calls: all.length,
        open: all.length - ended.length,
        failed,
        failedShare: ended.length === 0 ? undefined : failed / ended.length,
        median: quantile(durations, 0.5),
        p95: quantile(durations, 0.95),
      };
    })
    .sort((a, b) => b.calls - a.calls || (a.method < b.method ? -1 : 1));
}

/** The smallest value that at least this share of all does not exceed. @param sorted smallest first */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
