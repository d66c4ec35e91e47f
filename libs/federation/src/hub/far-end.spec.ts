import type { Remote } from '@vestnik/core';
import { ManualClock } from '@vestnik/core/memory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeerKeys } from '../identity/peer-keys.js';
import { TestInstallation } from '../spec/test-installation.js';
import { decodePacket, encodePacket } from '../wire/codec.js';
import type { AskFrame, BundleFrame, DropFrame, HaveFrame, Packet, ReplyFrame, RoutedFrame } from '../wire/frames.js';
import { type LinkVerifier, signedBytes, signPacket } from '../wire/signing.js';
import { fromBeyond } from './far-end.js';

const clock = new ManualClock();
const [origin, hub, other, own] = ['origin', 'hub', 'other', 'own'].map((name) => new TestInstallation(name, clock)) as [
  TestInstallation,
  TestInstallation,
  TestInstallation,
  TestInstallation,
];
const remote: Remote = { id: 1, installation: origin.id, path: ['origin', 'hub'], via: hub.id };
const peerKeys = new PeerKeys();
const verifier: LinkVerifier = {
  verify: (from, key, bytes, signature) => peerKeys.verify({ installation: from, list: origin.listText, key, signature }, bytes, clock.now()),
};

const onWire = (packet: Packet) => decodePacket(encodePacket(packet)) as Packet<RoutedFrame>;
const between = { from: origin.id, to: own.id };
const bundle = (first: number): Packet<BundleFrame> => ({
  frame: { t: 'bundle', ...between, epoch: 1, first, count: 1 },
  body: Buffer.from('{"kind":"void"}\n'),
});
/** As it comes out of the hub. */
const throughHub = (packet: Packet<RoutedFrame>, signer: TestInstallation = origin) => {
  const signed = signPacket(packet, signer);
  return onWire({ ...signed, frame: { ...signed.frame, keys: signer.listText, path: [[hub.id, 'origin']] } });
};
const judge = (packet: Packet<RoutedFrame>) => fromBeyond(packet, hub.id, remote, verifier);

const FRAMES: readonly RoutedFrame[] = [
  bundle(1).frame,
  { t: 'have', ...between, cursors: [[1, 1]], credit: 10 } satisfies HaveFrame,
  { t: 'ask', ...between, id: 'a', method: 'call', at: 1, until: 2 } satisfies AskFrame,
  { t: 'reply', ...between, id: 'a' } satisfies ReplyFrame,
  { t: 'drop', ...between, id: 'a' } satisfies DropFrame,
];

describe('what comes through a hub', () => {
  it.each(FRAMES.map((frame) => [frame.t, frame] as const))('is admitted where its origin has signed it: %s', (_t, frame) => {
    expect(judge(throughHub({ frame }))).toEqual({ kind: 'admitted' });
    expect(judge(onWire({ frame: { ...frame, path: [[hub.id, 'origin']] } })).kind).toBe('dropped');
    expect(judge(throughHub({ frame }, hub)).kind).toBe('dropped');
  });

  it('is admitted whatever its hubs call one another', () => {
    const signed = throughHub(bundle(1));
    expect(
      judge(
        onWire({
          ...signed,
          frame: {
            ...signed.frame,
            path: [
              [other.id, 'x'],
              [hub.id, 'y'],
            ],
          },
        }),
      ).kind,
    ).toBe('admitted');
  });

  it.each<[string, (packet: Packet<RoutedFrame>) => Packet<RoutedFrame>]>([
    ['has no path', (packet) => ({ ...packet, frame: { ...packet.frame, path: undefined } })],
    ['did not cross the neighbour last', (packet) => ({ ...packet, frame: { ...packet.frame, path: [[other.id, 'x']] } })],
    [
      'crossed a hub twice',
      (packet) => ({
        ...packet,
        frame: {
          ...packet.frame,
          path: [
            [hub.id, 'x'],
            [other.id, 'x'],
            [hub.id, 'x'],
          ],
        },
      }),
    ],
    [
      'crossed its own origin',
      (packet) => ({
        ...packet,
        frame: {
          ...packet.frame,
          path: [
            [origin.id, 'x'],
            [hub.id, 'x'],
          ],
        },
      }),
    ],
    [
      'crossed this installation',
      (packet) => ({
        ...packet,
        frame: {
          ...packet.frame,
          path: [
            [own.id, 'x'],
            [hub.id, 'x'],
          ],
        },
      }),
    ],
    ['has another body', (packet) => ({ ...packet, body: Buffer.from('{"kind":"void"} \n') })],
    ['has another number', (packet) => ({ ...packet, raw: packet.raw?.replace('"first":1', '"first":2') })],
  ])('is dropped where it %s', (_what, change) => {
    expect(judge(onWire(change(throughHub(bundle(1))))).kind).toBe('dropped');
  });

  it('is dropped where its origin is not known, or does not lie behind that neighbour', () => {
    const packet = throughHub(bundle(1));
    expect(fromBeyond(packet, hub.id, undefined, verifier).kind).toBe('dropped');
    expect(fromBeyond(packet, hub.id, { ...remote, installation: other.id }, verifier).kind).toBe('dropped');
    expect(fromBeyond(packet, hub.id, { ...remote, via: other.id }, verifier).kind).toBe('dropped');
    expect(fromBeyond(packet, hub.id, { ...remote, via: other.id, alsoVia: [hub.id] }, verifier).kind).toBe('admitted');
  });

  it('lets a hub say that nothing can be asked, and no more', () => {
    const failed: ReplyFrame = { t: 'reply', ...between, id: 'a', failed: true, path: [[hub.id, 'origin']] };
    expect(judge(onWire({ frame: failed }))).toEqual({ kind: 'not-reached' });
    expect(judge(onWire({ frame: failed, body: Buffer.from('{"slug":"call-failed"}') })).kind).toBe('dropped');
    const { failed: _failed, ...good } = failed;
    expect(judge(onWire({ frame: good })).kind).toBe('dropped');
  });

  /** L7: whatever a hub does with what it passes on, it can only leave things out, and send things again. */
  it('says what its origin has said for this installation, whatever the hub makes of it', () => {
    const sent = Array.from({ length: 8 }, (_none, n) => throughHub(bundle(n + 1)));
    const foreign = { ...throughHub({ ...bundle(1), frame: { ...bundle(1).frame, to: other.id } }) };
    const words = new Set(sent.map((packet) => signedBytes(packet).toString('base64')));
    const all = [...sent, foreign];
    const splice = fc.record({ from: fc.nat(8), header: fc.nat(8), body: fc.nat(8), envelope: fc.nat(8) });
    const flip = fc.record({ from: fc.nat(8), place: fc.nat(), byte: fc.nat(255) });
    const lines = all.map((packet) => {
      const text = encodePacket(packet).toString();
      const [header = '', envelope = '', ...body] = text.split('\n');
      return { header, envelope, body: body.join('\n') };
    });
    const hostile = fc.oneof(
      fc.nat(8).map((n) => encodePacket(all[n] as Packet)),
      splice.map(({ header, body, envelope }) => Buffer.from(`${lines[header]?.header}\n${lines[envelope]?.envelope}\n${lines[body]?.body}`)),
      flip.map(({ from, place, byte }) => {
        const bytes = encodePacket(all[from] as Packet);
        bytes[place % bytes.length] = byte;
        return bytes;
      }),
    );
    let admitted = 0;
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 20 }), (stream) => {
        for (const bytes of stream) {
          const packet = decodePacket(bytes) as Packet<RoutedFrame> | undefined;
          if (packet === undefined || !('from' in packet.frame) || packet.frame.to !== own.id) continue;
          if (judge(packet).kind !== 'admitted') continue;
          admitted++;
          expect(words).toContain(signedBytes(packet).toString('base64'));
        }
      }),
      { numRuns: 300 },
    );
    expect(admitted).toBeGreaterThan(100);
  });
});
