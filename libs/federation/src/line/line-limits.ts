/** How much may be under way on the lines of one node. */
export const LINE_LIMITS = {
  /** Answers that are waited for, of one remote and in all. */
  asksPerRemote: 2_000,
  asks: 10_000,
  /** What is asked and told by one remote, or by all, and not carried out yet. */
  worksPerRemote: 1_500,
  works: 6_000,
  /** No answer is waited for longer; a call's, and what it takes home. Milliseconds. */
  waitMs: 125_000,
  /** What is told is of use so long. Milliseconds. */
  tellMs: 30_000,
  /** What came through a hub may be from so far ahead by our clock. Milliseconds. */
  aheadMs: 120_000,
  /** What was asked or told through hubs and may not come again. */
  seen: 100_000,
  /** What is still to be written to the network: beyond, nothing more is put on it. Bytes. */
  bufferedBytes: 8 * 1024 * 1024,
  /** Nodes tell each other so often which links they hold. Milliseconds. */
  reachMs: 5_000,
} as const;
