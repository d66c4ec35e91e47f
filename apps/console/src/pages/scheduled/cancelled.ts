interface Place {
  readonly address: string;
  readonly state: string;
}

/** Those that are named in the words of what came of it. */
const NAMED_MAX = 5;

/** From how many addresses a message was withdrawn, and which have it already: its time may have come just then. */
export function cancelled(to: readonly Place[]): { readonly gone: number; readonly kept: readonly Place[] } {
  const kept = to.filter(({ state }) => state !== 'withdrawn');
  return { gone: to.length - kept.length, kept: kept.slice(0, NAMED_MAX) };
}
