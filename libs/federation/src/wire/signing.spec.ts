import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodePacket, encodePacket } from './codec.js';
import type { BundleFrame, Packet, RoutedFrame } from './frames.js';
import { isSigned, type LinkSigner, type LinkVerifier, signedBytes, signPacket } from './signing.js';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);
const C = 'c'.repeat(32);
const pair = generateKeyPairSync('ed25519');
const signer: LinkSigner = { sign: (bytes) => ({ key: 'k1', signature: sign(null, bytes, pair.privateKey) }) };
const verifier: LinkVerifier = { verify: (from, key, bytes, signature) => from === A && key === 'k1' && verify(null, bytes, pair.publicKey, signature) };

const packet: Packet<BundleFrame> = {
  frame: { t: 'bundle', from: A, to: B, epoch: 3, first: 7, count: 1, after: [3, 6] },
  body: Buffer.from('{"kind":"void"}\n'),
};
const onWire = (sent: Packet) => decodePacket(encodePacket(sent)) as Packet<BundleFrame>;
const signed = onWire(signPacket(packet, signer));

describe('the signature of a packet', () => {
  it('holds after the wire, and after hubs have written where it came through', () => {
    expect(isSigned(signed, verifier)).toBe(true);
    const passed = onWire({ ...signed, frame: { ...signed.frame, path: [[C, 'branch-9']] } });
    expect(passed.frame.path).toEqual([[C, 'branch-9']]);
    expect(isSigned(passed, verifier)).toBe(true);
  });

  it('covers members that the verifier does not know', () => {
    const raw = `{"later":true,${JSON.stringify(packet.frame).slice(1)}`;
    const newer = onWire(signPacket({ ...packet, raw }, signer));
    expect(newer.raw).toBe(raw);
    expect(isSigned(newer, verifier)).toBe(true);
    expect(isSigned({ ...newer, raw: raw.replace('true', 'false') }, verifier)).toBe(false);
  });

  it.each<[string, Packet<RoutedFrame>]>([
    ['another recipient', { ...signed, raw: undefined, frame: { ...signed.frame, to: C } }],
    ['another number', { ...signed, raw: signed.raw?.replace('"first":7', '"first":8') }],
    ['another body', { ...signed, body: Buffer.from('{"kind":"void"} \n') }],
    ['no body', { ...signed, body: undefined }],
    ['another origin', { ...signed, raw: undefined, frame: { ...signed.frame, from: C } }],
    ['another key', { ...signed, frame: { ...signed.frame, key: 'k2' } }],
    ['no signature', { ...signed, frame: { ...signed.frame, signature: undefined } }],
  ])('does not hold for %s', (_what, forged) => {
    expect(isSigned(forged, verifier)).toBe(false);
  });

  it('is kept apart from all else that link keys sign', () => {
    expect(signedBytes(packet).toString()).toMatch(/^vestnik-link-1\n\{"t":"bundle".*\}\n\{"kind":"void"\}\n$/);
  });
});
