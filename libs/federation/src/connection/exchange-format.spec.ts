import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WIRE } from '../wire/wire-limits.js';
import { readTurn, TURN_BYTES, TURN_BYTES_MAX, writeTurn } from './exchange-format.js';
import { IncomingPackets, OutgoingPackets } from './exchange-streams.js';

describe('the body of an exchange', () => {
  it('reads what it has written', () => {
    const packet = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.array(packet, { maxLength: 10 }), fc.boolean(), (first, have, packets, end) => {
        const turn = { note: { first: first + 1, have, ...(end ? { end: true as const } : {}) }, packets };
        expect(readTurn(writeTurn(turn))).toEqual(turn);
      }),
    );
  });

  it('has room for the largest packet', () => {
    const packets = [Buffer.alloc(WIRE.packetBytes, 'x')];
    const turn = writeTurn({ note: { first: 1_000_000, have: 1_000_000, again: true, end: true }, packets });
    expect(turn.length).toBeLessThanOrEqual(TURN_BYTES_MAX);
    expect(readTurn(turn)?.packets).toEqual(packets);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => void readTurn(noise)));
    const turn = writeTurn({ note: { first: 1, have: 0 }, packets: [Buffer.from('one'), Buffer.from('two')] });
    for (let length = 0; length < turn.length; length++) readTurn(turn.subarray(0, length));
    fc.assert(
      fc.property(fc.nat(turn.length - 1), fc.nat(255), (at, byte) => {
        const broken = Buffer.from(turn);
        broken[at] = byte;
        readTurn(broken);
      }),
    );
  });

  it.each([
    ['a packet that is cut off', Buffer.from('{"first":1,"have":0}\n\0\0\0\x05abc')],
    ['a length that is cut off', Buffer.from('{"first":1,"have":0}\n\0\0')],
    ['an empty packet', Buffer.from('{"first":1,"have":0}\n\0\0\0\0')],
    ['a packet that is too large', Buffer.from('{"first":1,"have":0}\n\x7f\0\0\0')],
    ['a number below the first', Buffer.from('{"first":0,"have":0}\n')],
    ['no line', Buffer.from('{"first":1,"have":0}')],
  ])('refuses %s', (_what, bytes) => {
    expect(readTurn(bytes)).toBeUndefined();
  });
});

describe('packets that are kept until the other side has them', () => {
  const texts = (packets: readonly Uint8Array[]) => packets.map((packet) => Buffer.from(packet).toString());

  it('go out once, and again only when a body was lost', () => {
    const outgoing = new OutgoingPackets();
    for (const text of ['a', 'b', 'c']) outgoing.push(Buffer.from(text));
    expect(texts(outgoing.take().packets)).toEqual(['a', 'b', 'c']);
    expect(outgoing.take()).toEqual({ first: 4, packets: [] });
    expect(outgoing.acknowledge(2)).toBe(true);
    expect(outgoing.acknowledge(1)).toBe(false);
    outgoing.push(Buffer.from('d'));
    outgoing.rewind();
    expect(outgoing.waitingBytes).toBe(2);
    expect(outgoing.take()).toMatchObject({ first: 3, packets: [Buffer.from('c'), Buffer.from('d')] });
    expect([outgoing.bytes, outgoing.waitingBytes]).toEqual([2, 0]);
    outgoing.push(Buffer.from('ef'));
    outgoing.rewind();
    // The body was not lost after all.
    expect(outgoing.acknowledge(3)).toBe(true);
    expect([outgoing.bytes, outgoing.waitingBytes]).toEqual([3, 3]);
    expect(outgoing.acknowledge(6)).toBeUndefined();
  });

  it('fill a body and no more, but one always goes', () => {
    const outgoing = new OutgoingPackets();
    for (const share of [2, 3, 3, 1]) outgoing.push(Buffer.alloc(TURN_BYTES / share));
    outgoing.push(Buffer.alloc(5));
    expect([1, 2, 3, 4].map(() => outgoing.take().packets.length)).toEqual([2, 1, 1, 1]);
  });

  it('come once and in order, whatever was repeated', () => {
    const incoming = new IncomingPackets();
    const take = (first: number, ...from: string[]) =>
      incoming.take(
        first,
        from.map((text) => Buffer.from(text)),
      );
    expect(texts(take(1, 'a', 'b') ?? [])).toEqual(['a', 'b']);
    expect(take(1, 'a', 'b')).toEqual([]);
    expect(texts(take(2, 'b', 'c') ?? [])).toEqual(['c']);
    expect(take(5, 'e')).toBeUndefined();
    expect(take(9)).toEqual([]);
    expect(incoming.have).toBe(3);
  });
});
