import { isFinal, isShared, type Life } from './message-life.js';

/** From how many recipients a message can be taken back, and how many keep what became of it. */
export interface Withdrawal {
  readonly from: number;
  /** Of those that keep it: by state. */
  readonly keep: Readonly<Record<string, number>>;
  /** Addresses of those that it is taken back from, as far as they are known by name. */
  readonly names: readonly string[];
  /** Of `from`: on a link or at another installation, which alone decides. */
  readonly elsewhere: number;
}

/** What withdrawing would do, as far as this installation knows. Of topics and `*` by the counts of their clients. */
export function withdrawalOf({ recipients, counts }: Pick<Life, 'recipients' | 'counts'>): Withdrawal {
  const keep: Record<string, number> = {};
  const names = recipients.filter(({ state, address }) => !isFinal(state) && !(counts !== undefined && isShared(address))).map(({ address }) => address);
  let from = 0;
  let elsewhere = 0;
  const add = (state: string, count: number) => {
    if (isFinal(state)) keep[state] = (keep[state] ?? 0) + count;
    else from += count;
    if (state === 'forwarded') elsewhere += count;
  };
  for (const { state, address } of recipients) if (counts === undefined || !isShared(address)) add(state, 1);
  for (const [state, count] of Object.entries(counts ?? {})) add(state, count);
  return { from, names, keep, elsewhere };
}
