import type { LinkEntry, LinkMessage } from '@vestnik/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntries, encodeEntries } from './bundle.js';

const MESSAGE: LinkMessage = {
  kind: 'message',
  id: '019f0000-0000-7000-8000-000000000001',
  from: 'ivanov@accounting',
  to: ['petrov@warehouse'],
  type: 'order.approved',
  data: '{"a": 1.50}',
  sentAt: 1_800_000_000_000,
  ttl: 60,
};

const uuid = fc.uuid({ version: 7 });
const time = fc.nat({ max: 253_402_300_799_999 });
const some = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const entry: fc.Arbitrary<LinkEntry> = fc.oneof(
  fc.record({
    kind: fc.constant('message' as const),
    id: uuid,
    from: fc.constantFrom('ivanov@accounting', 'Иванов Пётр@a'),
    to: fc.array(fc.constantFrom('petrov@warehouse', '#orders/eu@warehouse', '*@warehouse'), { minLength: 1, maxLength: 5 }),
    type: fc.stringMatching(/^[A-Za-uw-z0-9._/-]{1,128}$/),
    data: fc.json(),
    sentAt: time,
    ttl: fc.nat({ max: 86_400 }),
    collapseKey: some(fc.constant('a key')),
    correlationId: some(fc.constant('correlated')),
    traceparent: some(fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')),
    retain: some(fc.constant(true as const)),
  }),
  fc.record({
    kind: fc.constant('states' as const),
    states: fc.array(
      fc.record({
        id: uuid,
        to: fc.constant('petrov@warehouse'),
        state: fc.constantFrom('acknowledged' as const, 'refused' as const, 'expired' as const),
        at: time,
        reason: some(fc.constant('inbox-full')),
        device: some(fc.constant('phone')),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }),
  fc.record({ kind: fc.constant('withdraw' as const), id: uuid }),
  fc.constant({ kind: 'void' as const }),
);

const lines = (...texts: string[]) => Buffer.from(texts.map((text) => `${text}\n`).join(''));
const { data: DATA, ...HEAD } = MESSAGE;
const withHead = (members: Record<string, unknown>, data = DATA) => lines(JSON.stringify({ ...HEAD, ...members }), data);

describe('the body of a bundle', () => {
  it('reads what it has written', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 100 }), (entries) => {
        const again = decodeEntries(encodeEntries(entries), entries.length);
        // A member that is undefined is one that is not there; data is text and stays as it is.
        expect(again).toEqual(JSON.parse(JSON.stringify(entries)));
      }),
    );
  });

  it('passes data on byte for byte', () => {
    for (const data of ['1.50', '12345678901234567890', ' {"b":1,\t"a":"\\u0041"} ', '"\u2028"', 'null', '{"a":1,"a":2}']) {
      expect(decodeEntries(encodeEntries([{ ...MESSAGE, data }]), 1)).toEqual([{ ...MESSAGE, data }]);
    }
  });

  it('takes what became of a message without a reason that cannot be kept', () => {
    const home = { id: MESSAGE.id, to: 'petrov@warehouse', state: 'refused', at: 1 };
    for (const reason of ['two\nlines', 'x'.repeat(1_001), 'half \ud800'])
      expect(decodeEntries(lines(JSON.stringify({ kind: 'states', states: [{ ...home, reason }] })), 1)).toEqual([{ kind: 'states', states: [home] }]);
  });

  it('ignores members of a newer version', () => {
    expect(decodeEntries(withHead({ later: 1 }), 1)).toEqual([MESSAGE]);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(100), (noise, count) => void decodeEntries(noise, count)));
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(255), (entries, place, byte) => {
        const broken = encodeEntries(entries);
        broken[place % broken.length] = byte;
        decodeEntries(broken, entries.length);
        expect(decodeEntries(encodeEntries(entries).subarray(0, -1 - (place % broken.length)), entries.length)).toBeUndefined();
      }),
    );
  });

  it.each([
    ['data that is no JSON', withHead({}, '{"a":')],
    ['two values as data', withHead({}, '1 2')],
    ['data that is missing', lines(JSON.stringify(HEAD))],
    ['empty data', withHead({}, '')],
    ['data with a carriage return', withHead({}, '[1,\r2]')],
    ['a mark of byte order before data', withHead({}, '\ufeff1')],
    ['data that is nested too deep', withHead({}, `${'['.repeat(65)}${']'.repeat(65)}`)],
    ['data that is nested deeper than a stack', withHead({}, '['.repeat(200_000))],
    ['an entry in the shape of another kind', lines('{"kind":"withdraw"}')],
    ['a kind that there is not', lines('{"kind":"order"}')],
    ['no object', lines('"void"')],
    ['no recipients', withHead({ to: [] })],
    ['too many recipients', withHead({ to: Array(1_001).fill('a@b') })],
    ['an address without end', withHead({ to: ['x'.repeat(600)] })],
    ['control characters in an address', withHead({ from: 'a\n@b' })],
    ['an id that is none', withHead({ id: '7' })],
    ['a type of the bus’s own', withHead({ type: 'vestnik.receipt' })],
    ['a time that is none', withHead({ sentAt: -1 })],
    ['a time that cannot be written down', withHead({ sentAt: 9e15 })],
    ['a life without end', withHead({ ttl: 1e12 })],
    ['lone surrogates', withHead({ correlationId: '\ud800' })],
    ['base64 that is none', withHead({ contentType: 'image/png' }, '"?"')],
    ['a trace that is none', withHead({ traceparent: '00' })],
    ['states of a kind that there is not', lines(`{"kind":"states","states":[{"id":"${MESSAGE.id}","to":"a@b","state":"queued","at":1}]}`)],
    ['what does not end', encodeEntries([MESSAGE]).subarray(0, -1)],
    ['more entries than were announced', encodeEntries([MESSAGE, MESSAGE])],
    ['fewer entries than were announced', Buffer.alloc(0)],
    ['bytes that are no text', Buffer.concat([lines(JSON.stringify(HEAD)), Buffer.from([0x22, 0xff, 0x22, 10])])],
  ])('refuses %s', (_what, body) => {
    expect(decodeEntries(body, 1)).toBeUndefined();
  });
});
