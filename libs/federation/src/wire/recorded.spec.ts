import { readFileSync } from 'node:fs';
import type { LinkEntry } from '@vestnik/core';
import { describe, expect, it } from 'vitest';
import { PeerKeys } from '../identity/peer-keys.js';
import { decodeEntries, encodeEntries } from './bundle.js';
import { decodePacket, encodePacket, isRouted } from './codec.js';
import type { Frame, Packet } from './frames.js';
import { isSigned } from './signing.js';

interface Recorded {
  readonly signedBy: { readonly id: string; readonly keys: string; readonly at: number };
  readonly entries: readonly LinkEntry[];
  readonly packets: readonly { readonly sent: string; readonly frame: Frame; readonly body?: string }[];
}

/** One packet of each kind in version 1, as the first program that spoke it wrote them. Never to be written anew. */
const recorded = JSON.parse(readFileSync(new URL('./recorded/packets-1.json', import.meta.url), 'utf8')) as Recorded;

describe('version 1, as it was recorded', () => {
  it.each(recorded.packets.map((one) => [one.frame.t, one] as const))('is read and written to the letter: %s', (_t, { sent, frame, body }) => {
    const packet = decodePacket(Buffer.from(sent));
    expect(packet?.frame).toEqual(frame);
    expect(packet?.body === undefined ? undefined : Buffer.from(packet.body).toString()).toBe(body);
    expect(encodePacket({ frame, body: body === undefined ? undefined : Buffer.from(body) }).toString()).toBe(sent);
  });

  it('holds entries and a signature that are understood', () => {
    const packet = recorded.packets.map(({ sent }) => decodePacket(Buffer.from(sent)) as Packet).find(({ frame }) => frame.t === 'bundle') as Packet;
    if (!isRouted(packet)) throw new Error('a bundle is routed');
    expect(decodeEntries(packet.body ?? Buffer.of(), recorded.entries.length)).toEqual(recorded.entries);
    expect(encodeEntries(recorded.entries)).toEqual(Buffer.from(packet.body ?? []));
    const { id, keys, at } = recorded.signedBy;
    const keyring = new PeerKeys();
    const verify = (from: string, key: string, bytes: Uint8Array, signature: Uint8Array) =>
      keyring.verify({ installation: from, list: keys, key, signature }, bytes, at);
    expect(packet.frame.from).toBe(id);
    expect(isSigned(packet, { verify })).toBe(true);
  });
});
