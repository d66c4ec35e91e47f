import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket, encodePacket } from './codec.js';
import type { Frame, Packet, RoutedFrame } from './frames.js';
import { WIRE } from './wire-limits.js';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);

const id = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), minLength: 32, maxLength: 32 });
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((value) => Buffer.from(value).toString('base64url'));
const keys = fc.string({ minLength: 1, maxLength: 500 });
const cursor = fc.tuple(count, count);
const some = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const body = some(fc.uint8Array({ minLength: 1, maxLength: 300 }));
const routed = {
  from: id,
  to: id,
  key: some(word),
  signature: some(bytes(64)),
  keys: some(keys),
  path: some(fc.array(fc.tuple(id, label), { maxLength: WIRE.hops })),
};

const frames: fc.Arbitrary<Frame>[] = [
  fc.record({ t: fc.constant('hello' as const), versions: fc.constant([1, 3] as const), id, to: id, nonce: bytes(32), keys }),
  fc.record({ t: fc.constant('proof' as const), key: word, signature: bytes(64) }),
  fc.record({
    t: fc.constant('have' as const),
    ...routed,
    cursors: fc.array(cursor, { maxLength: 20 }),
    credit: count,
    again: some(fc.constantFrom('connected' as const, 'hole' as const)),
  }),
  fc.record({ t: fc.constant('drop' as const), ...routed, id: word }),
  fc.record({ t: fc.constantFrom('ping' as const, 'pong' as const), at: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((at) => at + 0) }),
  fc.record({
    t: fc.constant('routes' as const),
    behind: fc.array(fc.record({ id, path: fc.array(label, { minLength: 1, maxLength: 8 }) }), { maxLength: 30 }),
  }),
  fc.record({ t: fc.constant('keys' as const), keys }),
  fc.record({ t: fc.constant('state' as const), confirmed: fc.boolean(), paused: fc.boolean(), name: label, url: some(fc.constant('https://a.example/bus')) }),
  fc.record({ t: fc.constant('bye' as const), reason: fc.constantFrom('draining' as const, 'taken-over' as const), detail: some(fc.constant('why — почему')) }),
];
const bodied: fc.Arbitrary<Frame>[] = [
  fc.record({
    t: fc.constant('bundle' as const),
    ...routed,
    epoch: count,
    first: count,
    count: fc.integer({ min: 1, max: WIRE.bundleEntries }),
    after: some(cursor),
    redelivered: some(fc.constant(true as const)),
  }),
  fc.record({
    t: fc.constant('ask' as const),
    ...routed,
    id: some(word),
    method: fc.constantFrom('call', 'presence.get'),
    at: count,
    until: count,
  }),
  fc.record({ t: fc.constant('reply' as const), ...routed, id: word, failed: some(fc.constant(true as const)) }),
];
const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc.oneof(...frames).map((frame) => ({ frame })),
  fc.record({ frame: fc.oneof(...bodied), body }),
);

const read = (header: string, envelope = '', rest = '') => decodePacket(Buffer.from(`${header}\n${envelope}\n${rest}`));
const header = (frame: Record<string, unknown>) => JSON.stringify(frame);
const bundle = { t: 'bundle', from: A, to: B, epoch: 1, first: 1, count: 1 } as const;

describe('the codec of packets', () => {
  it('reads what it has written', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const again = decodePacket(encodePacket(packet));
        expect(again?.frame).toEqual(JSON.parse(JSON.stringify(packet.frame)));
        expect(again?.body === undefined ? undefined : Buffer.from(again.body)).toEqual(packet.body === undefined ? undefined : Buffer.from(packet.body));
      }),
    );
  });

  it('writes what it has read byte for byte as it came, members of a newer version too', () => {
    const came = Buffer.from(`{ "later": {"a":1.50}, "t":"ask","from":"${A}","to":"${B}","method":"call","at":1,"until":2}\n\n{"x":1}`);
    expect(encodePacket(decodePacket(came) as Packet)).toEqual(came);
    fc.assert(
      fc.property(packets, (packet) => {
        const sent = encodePacket(packet);
        expect(encodePacket(decodePacket(sent) as Packet)).toEqual(sent);
      }),
    );
  });

  it('lets a hub add itself to the path and leaves the header untouched', () => {
    const came = decodePacket(Buffer.from(`{"t":"drop","from":"${A}","to":"${B}","id":"7","later":1}\n{"key":"k"}\n`)) as Packet<RoutedFrame>;
    const sent = encodePacket({ ...came, frame: { ...came.frame, path: [[A, 'branch-9']] } }).toString();
    expect(sent).toBe(`{"t":"drop","from":"${A}","to":"${B}","id":"7","later":1}\n{"key":"k","path":[["${A}","branch-9"]]}\n`);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (noise) => void decodePacket(noise)));
    fc.assert(
      fc.property(packets, fc.nat(), fc.nat(255), (packet, place, byte) => {
        const broken = encodePacket(packet);
        broken[place % broken.length] = byte;
        decodePacket(broken);
        decodePacket(broken.subarray(0, place % broken.length));
      }),
    );
    fc.assert(fc.property(fc.json(), fc.json(), (one, other) => void read(one, other)));
    fc.assert(
      fc.property(fc.constantFrom('hello', 'have', 'bundle', 'routes', 'bye', 'state', '__proto__', 'constructor'), fc.object(), (t, members) => {
        read(header({ ...members, t }));
      }),
    );
  });

  it('passes over frames that it does not know', () => {
    expect(read(header({ t: 'weather', id: 5 }))?.frame).toEqual({ t: 'unknown', name: 'weather' });
    expect(read(header({ t: 'constructor' }))?.frame).toEqual({ t: 'unknown', name: 'constructor' });
    expect(() => encodePacket({ frame: { t: 'unknown', name: 'weather' } })).toThrow(RangeError);
  });

  it.each([
    ['no JSON', '{"t":"ping"'],
    ['no object', '["ping"]'],
    ['no type', '{"at":1}'],
    ['a type that is no text', '{"t":5}'],
    ['a negative number', header({ ...bundle, first: -1 })],
    ['a number with a fraction', header({ ...bundle, first: 1.5 })],
    ['a number past what is exact', header({ ...bundle, first: 2 ** 53 })],
    ['a number as text', header({ ...bundle, epoch: '1' })],
    ['no entries', header({ ...bundle, count: 0 })],
    ['too many entries', header({ ...bundle, count: WIRE.bundleEntries + 1 })],
    ['an id with capitals', header({ ...bundle, from: 'A'.repeat(32) })],
    ['an id that is too short', header({ ...bundle, to: 'a'.repeat(31) })],
    ['too many cursors', header({ t: 'have', from: A, to: B, credit: 1, cursors: Array(WIRE.cursors + 1).fill([1, 1]) })],
    ['a cursor of one number', header({ t: 'have', from: A, to: B, credit: 1, cursors: [[1]] })],
    ['a reason for leaving that there is not', header({ t: 'bye', reason: 'bored' })],
    ['control characters for the log', header({ t: 'bye', reason: 'refused', detail: 'a\u001b[31m' })],
    ['a script as an address', header({ t: 'state', confirmed: true, paused: false, name: 'a', url: 'javascript:alert(1)' })],
    ['a name that is no label', header({ t: 'state', confirmed: true, paused: false, name: 'a.b' })],
    ['nesting', `{"t":"ping","at":1,"x":${'['.repeat(20)}${']'.repeat(20)}}`],
  ])('refuses %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('refuses an envelope that is wrong, or where there is none', () => {
    expect(read(header(bundle), header({ path: Array(9).fill([A, 'a']) }))).toBeUndefined();
    expect(read(header(bundle), header({ path: Array(8).fill([A, 'a']) }))?.frame).toMatchObject({ path: Array(8).fill([A, 'a']) });
    expect(read(header(bundle), header({ signature: 'short' }))).toBeUndefined();
    expect(read(header(bundle), 'null')).toBeUndefined();
    expect(read(header({ t: 'ping', at: 1 }), '{}')).toBeUndefined();
    expect(decodePacket(Buffer.from(header({ t: 'ping', at: 1 })))).toBeUndefined();
  });

  it('takes what proves a frame from the envelope only', () => {
    expect(read(header({ ...bundle, path: [[A, 'a']], key: 'k' }))?.frame).toEqual(bundle);
  });

  it('refuses bytes that are no text, and a body where none belongs', () => {
    expect(decodePacket(Buffer.from([...Buffer.from('{"t":"ping","at":1,"x":"'), 0xff, ...Buffer.from('"}\n\n')]))).toBeUndefined();
    expect(read(header({ t: 'ping', at: 1 }), '', 'x')).toBeUndefined();
  });

  it('bounds header and body on both sides', () => {
    const frame = { ...bundle, epoch: 5 };
    expect(decodePacket(encodePacket({ frame, body: Buffer.alloc(WIRE.bodyBytes) }))?.body?.length).toBe(WIRE.bodyBytes);
    expect(() => encodePacket({ frame, body: Buffer.alloc(WIRE.bodyBytes + 1) })).toThrow(RangeError);
    expect(decodePacket(Buffer.concat([encodePacket({ frame }), Buffer.alloc(WIRE.bodyBytes + 1)]))).toBeUndefined();
    expect(read(header({ ...frame, x: 'x'.repeat(WIRE.headerBytes) }))).toBeUndefined();
    expect(() => encodePacket({ frame: { t: 'keys', keys: 'x'.repeat(WIRE.headerBytes) } })).toThrow(RangeError);
  });
});
