import type { LinkEntry } from '@vestnik/core';
import { encodeEntries } from '../wire/bundle.js';

/** One bundle on the wire at most; a single entry may be larger. */
const BUNDLE = { entries: 100, bytes: 256 * 1024 } as const;

/**
 * Puts entries into bundles, in order.
 *
 * @returns how many entries each has, and its body: never more than a packet may carry
 */
export function packEntries(entries: readonly LinkEntry[]): { readonly count: number; readonly body: Buffer }[] {
  const parts: { count: number; body: Buffer }[] = [];
  for (let from = 0; from < entries.length; ) {
    let to = from;
    let estimate = 0;
    while (to < entries.length && to - from < BUNDLE.entries && (to === from || estimate < BUNDLE.bytes)) {
      estimate += sizeOf(entries[to] as LinkEntry);
      if (to > from && estimate > BUNDLE.bytes) break;
      to++;
    }
    let body = encodeEntries(entries.slice(from, to));
    // What was estimated too low, long reasons above all, goes in smaller ones: a packet that is too large would never go.
    while (body.length > 2 * BUNDLE.bytes && to - from > 1) {
      to = from + Math.ceil((to - from) / 2);
      body = encodeEntries(entries.slice(from, to));
    }
    parts.push({ count: to - from, body });
    from = to;
  }
  return parts;
}

function sizeOf(entry: LinkEntry): number {
  if (entry.kind === 'message') return entry.data.length + 200 + entry.to.length * 40;
  return entry.kind === 'states' ? entry.states.length * 150 : 50;
}
