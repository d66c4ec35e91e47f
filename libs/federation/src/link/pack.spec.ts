import type { LinkEntry, LinkMessage } from '@vestnik/core';
import { LIMITS } from '@vestnik/protocol';
import { describe, expect, it } from 'vitest';
import { decodeEntries } from '../wire/bundle.js';
import { encodePacket } from '../wire/codec.js';
import { packEntries } from './pack.js';

const ID = '019f0000-0000-7000-8000-000000000001';
const FRAME = { t: 'bundle', from: 'a'.repeat(32), to: 'b'.repeat(32), epoch: 1, first: 1, count: 1 } as const;

/** Each goes in a packet, and all come out again. */
function expectToCross(entries: readonly LinkEntry[]): void {
  const parts = packEntries(entries);
  for (const { body } of parts) expect(() => encodePacket({ frame: FRAME, body })).not.toThrow();
  const again = parts.flatMap(({ body, count }) => decodeEntries(body, count));
  expect(JSON.stringify(again) === JSON.stringify(entries)).toBe(true);
}

describe('packing entries into bundles', () => {
  it('lets states with the longest reasons cross', () => {
    const reason = 'ж'.repeat(LIMITS.reasonCharacters);
    const states = Array.from({ length: 200 }, () => ({ id: ID, to: `${'ж'.repeat(128)}@${'a'.repeat(63)}`, state: 'refused' as const, at: 1, reason }));
    expectToCross(Array.from({ length: 10 }, () => ({ kind: 'states' as const, states })));
  });

  it('lets a message cross that has all the data and all the recipients that one may have', () => {
    const to = Array.from({ length: LIMITS.recipients }, (_, n) => `${'𐐷'.repeat(124)}${1000 + n}@${'a'.repeat(63)}`);
    const message: LinkMessage = { kind: 'message', id: ID, from: 'a@b', to, type: 't', sentAt: 1, ttl: 1, data: `"${'x'.repeat(LIMITS.linkDataBytes - 2)}"` };
    expectToCross([message, message]);
  });

  it('puts small ones together, and keeps their order', () => {
    const parts = packEntries(Array.from({ length: 250 }, () => ({ kind: 'void' as const })));
    expect(parts.map(({ count }) => count)).toEqual([100, 100, 50]);
  });
});
