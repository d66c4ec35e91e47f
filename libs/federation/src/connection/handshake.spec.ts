import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ManualClock } from '@vestnik/core/memory';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { PeerKeys } from '../identity/peer-keys.js';
import { TestInstallation } from '../spec/test-installation.js';
import { decodePacket, encodePacket } from '../wire/codec.js';
import type { Packet } from '../wire/frames.js';
import { Handshake, type HandshakeOptions, type HandshakeOutcome, type HandshakeRole } from './handshake.js';

let clock: ManualClock;
let anna: TestInstallation;
let boris: TestInstallation;
let carol: TestInstallation;
let nonces: number;

beforeEach(() => {
  clock = new ManualClock();
  [anna, boris, carol] = ['anna', 'boris', 'carol'].map((name) => new TestInstallation(name, clock)) as [TestInstallation, TestInstallation, TestInstallation];
  anna.link(boris).link(carol);
  nonces = 0;
});

function shake(own: TestInstallation, role: HandshakeRole, options: Partial<HandshakeOptions> = {}): Handshake {
  const nonce = Buffer.alloc(32, ++nonces);
  return new Handshake(role, own, { keysOf: (id) => own.neighbours.get(id), peerKeys: new PeerKeys(), now: clock.now, nonce, ...options });
}

const dials = (own: TestInstallation, peer: TestInstallation, options?: Partial<HandshakeOptions>) => shake(own, { kind: 'dialer', peer: peer.id }, options);
const accepts = (own: TestInstallation, options?: Partial<HandshakeOptions>) => shake(own, { kind: 'acceptor' }, options);

const wire = (packet: Packet) => encodePacket(packet).toString();
const unwire = (text: string) => decodePacket(Buffer.from(text)) as Packet;

interface Conversation {
  readonly dialer?: HandshakeOutcome;
  readonly acceptor?: HandshakeOutcome;
  readonly said: readonly (readonly ['dialer' | 'acceptor', string])[];
}

/** Lets two talk until neither says any more. @param between may change what is on its way */
function converse(dialer: Handshake, acceptor: Handshake, between: (text: string, speaker: 'dialer' | 'acceptor') => string = (text) => text): Conversation {
  const said: ['dialer' | 'acceptor', string][] = [];
  const outcomes: { dialer?: HandshakeOutcome; acceptor?: HandshakeOutcome } = {};
  const waiting = dialer.begin().send.map((packet) => ['dialer', wire(packet)] as ['dialer' | 'acceptor', string]);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    said.push(next);
    const [speaker, text] = next;
    const hearer = speaker === 'dialer' ? 'acceptor' : 'dialer';
    const step = (speaker === 'dialer' ? acceptor : dialer).receive(unwire(between(text, speaker)));
    outcomes[hearer] ??= step.outcome;
    for (const packet of step.send) waiting.push([hearer, wire(packet)]);
  }
  return { ...outcomes, said };
}

/** Gives an acceptor what was recorded of a dialer. @returns what it says to it, and what it makes of it */
function replay(handshake: Handshake, recorded: Conversation, speaker: 'dialer' | 'acceptor' = 'dialer') {
  const answers: Packet[] = [...handshake.begin().send];
  let outcome: HandshakeOutcome | undefined;
  for (const [who, text] of recorded.said) {
    if (who !== speaker) continue;
    const step = handshake.receive(unwire(text));
    answers.push(...step.send);
    outcome ??= step.outcome;
  }
  return { outcome, answers: answers.map(({ frame }) => frame) };
}

const REFUSED = { t: 'bye', reason: 'refused' };

describe('the handshake', () => {
  it('tells each who the other is, and the version', () => {
    const { dialer, acceptor, said } = converse(dials(anna, boris), accepts(boris));
    expect(dialer).toEqual({ kind: 'established', peer: boris.id, version: 1 });
    expect(acceptor).toEqual({ kind: 'established', peer: anna.id, version: 1 });
    expect(said.map(([who, text]) => `${who} ${unwire(text).frame.t}`)).toEqual(['dialer hello', 'acceptor hello', 'dialer proof', 'acceptor proof']);
  });

  describe('makes a recording worth nothing', () => {
    it('to the same acceptor', () => {
      const { outcome, answers } = replay(accepts(boris), converse(dials(anna, boris), accepts(boris)));
      expect(outcome).toMatchObject({ kind: 'failed', reason: 'refused', byPeer: false });
      expect(answers.at(-1)).toEqual(REFUSED);
      expect(answers.filter(({ t }) => t === 'proof')).toEqual([]);
    });

    it('to another acceptor', () => {
      const recorded = converse(dials(anna, boris), accepts(boris));
      expect(replay(accepts(carol), recorded).outcome).toMatchObject({ kind: 'failed', reason: 'refused' });
      // Not where the address was changed either.
      const said = recorded.said.map(([who, text]) => [who, text.replace(`"to":"${boris.id}"`, `"to":"${carol.id}"`)] as const);
      expect(replay(accepts(carol), { said }).outcome).toMatchObject({ kind: 'failed', detail: expect.stringContaining('did not prove') });
    });

    it('to the dialer', () => {
      const recorded = converse(dials(anna, boris), accepts(boris));
      expect(replay(dials(anna, boris), recorded, 'acceptor').outcome).toMatchObject({ kind: 'failed', reason: 'refused' });
    });

    it('given back to whoever made it', () => {
      const dialer = dials(anna, boris);
      const hello = dialer.begin().send[0] as Packet;
      expect(dialer.receive(unwire(wire(hello))).outcome).toMatchObject({ kind: 'failed', reason: 'refused' });
    });

    it('between two that both dial: neither takes a dialer’s proof for an acceptor’s', () => {
      const one = dials(anna, boris);
      const other = dials(boris, anna);
      const [fromOne, fromOther] = [one.begin().send[0], other.begin().send[0]] as [Packet, Packet];
      const [proofOfOne] = one.receive(unwire(wire(fromOther))).send as [Packet];
      const [proofOfOther] = other.receive(unwire(wire(fromOne))).send as [Packet];
      expect(one.receive(unwire(wire(proofOfOther))).outcome).toMatchObject({ kind: 'failed', reason: 'refused' });
      expect(other.receive(unwire(wire(proofOfOne))).outcome).toMatchObject({ kind: 'failed', reason: 'refused' });
    });
  });

  it.each([
    ['the range of versions', (text: string) => text.replace('"versions":[1,2]', '"versions":[1,1]')],
    ['a nonce', (text: string) => text.replace(/"nonce":"../, '"nonce":"zz')],
    ['a member that nobody knows', (text: string) => text.replace('{"t":"hello"', '{"later":1,"t":"hello"')],
  ])('fails where %s is changed on the way', (_what, between) => {
    const { dialer, acceptor } = converse(dials(anna, boris, { versions: [1, 2] }), accepts(boris, { versions: [1, 2] }), between);
    expect([dialer?.kind, acceptor?.kind]).toEqual(['failed', 'failed']);
  });

  it('says the same to who is unknown, who was removed and who proves it wrongly', () => {
    const stranger = new TestInstallation('stranger', clock);
    stranger.neighbours.set(boris.id, boris.listText);
    const forger = { id: anna.id, listText: anna.listText, sign: stranger.sign };
    const forged = new Handshake({ kind: 'dialer', peer: boris.id }, forger, {
      keysOf: () => boris.listText,
      peerKeys: new PeerKeys(),
      now: clock.now,
      nonce: Buffer.alloc(32, 77),
    });
    const answers = [dials(stranger, boris), forged].map((dialer) => converse(dialer, accepts(boris)));
    boris.neighbours.delete(anna.id);
    answers.push(converse(dials(anna, boris), accepts(boris)));
    for (const { said, acceptor } of answers) {
      expect(said.map(([who, text]) => [who, unwire(text).frame.t])).toEqual([
        ['dialer', 'hello'],
        ['acceptor', 'hello'],
        ['dialer', 'proof'],
        ['acceptor', 'bye'],
      ]);
      expect(said.at(-1)?.[1]).toBe(wire({ frame: { t: 'bye', reason: 'refused' } }));
      expect(acceptor).toMatchObject({ kind: 'failed', reason: 'refused', byPeer: false });
    }
    expect(answers[0]?.dialer).toMatchObject({ kind: 'failed', reason: 'refused', byPeer: true });
  });

  it('fails where another installation answers than the one that was dialled', () => {
    const { dialer } = converse(dials(anna, boris), accepts(carol));
    expect(dialer).toMatchObject({ kind: 'failed', byPeer: true, detail: expect.stringContaining('another installation') });
    // And where it pretends that it was meant.
    const other = converse(dials(anna, boris), accepts(carol), (text) => text.replace(`"to":"${boris.id}"`, `"to":"${carol.id}"`));
    expect(other.dialer).toMatchObject({ kind: 'failed', byPeer: false, detail: 'another installation answers at this address' });
  });

  it('agrees on the highest version that both speak', () => {
    const outcome = (one: [number, number], other: [number, number]) => converse(dials(anna, boris, { versions: one }), accepts(boris, { versions: other }));
    expect(outcome([1, 3], [2, 5])).toMatchObject({ dialer: { version: 3 }, acceptor: { version: 3 } });
    expect(outcome([2, 5], [1, 2])).toMatchObject({ dialer: { version: 2 }, acceptor: { version: 2 } });
    const detail = 'no common version: you speak 1 to 1, this installation 2 to 3';
    expect(outcome([1, 1], [2, 3])).toMatchObject({ dialer: { kind: 'failed', reason: 'protocol', byPeer: true, detail }, acceptor: { detail } });
  });

  describe('and keys', () => {
    it('takes a newer list, and passes it on', () => {
      anna.rotate();
      const { dialer, acceptor } = converse(dials(anna, boris), accepts(boris));
      expect(acceptor).toEqual({ kind: 'established', peer: anna.id, version: 1, newerKeys: anna.listText });
      expect(dialer).toMatchObject({ kind: 'established' });
    });

    it('does not go back to an older list', () => {
      const old = anna.listText;
      const oldSign = anna.sign(Buffer.from('x')).key;
      const thief = new TestInstallation('anna', clock);
      anna.rotate();
      boris.neighbours.set(anna.id, anna.listText);
      expect(thief.listText).toBe(old);
      thief.neighbours.set(boris.id, boris.listText);
      const { acceptor } = converse(dials(thief, boris), accepts(boris));
      expect(acceptor).toMatchObject({ kind: 'failed', reason: 'refused', detail: expect.stringContaining(oldSign) });
    });

    it('refuses a key that has expired', () => {
      clock.advance(91 * 24 * 3_600_000);
      expect(converse(dials(anna, boris), accepts(boris)).acceptor).toMatchObject({ kind: 'failed', reason: 'refused' });
    });

    it('refuses a list that another root key has signed', () => {
      const { acceptor } = converse(dials(anna, boris), accepts(boris), (text) =>
        text.includes(`"id":"${anna.id}"`) ? text.replace(JSON.stringify(anna.listText), JSON.stringify(carol.listText)) : text,
      );
      expect(acceptor).toMatchObject({ kind: 'failed', reason: 'refused', detail: expect.stringContaining('root key') });
    });
  });

  it.each<[string, Packet]>([
    ['a proof before the hello', { frame: { t: 'proof', key: 'k', signature: Buffer.alloc(64).toString('base64url') } }],
    ['anything else before it', { frame: { t: 'ping', at: 1 } }],
  ])('refuses %s', (_what, packet) => {
    const step = accepts(boris).receive(packet);
    expect(step.send[0]?.frame).toMatchObject({ t: 'bye', reason: 'protocol' });
    expect(step.outcome).toMatchObject({ kind: 'failed', reason: 'protocol' });
  });

  it('refuses a second hello, and says nothing after its end', () => {
    const acceptor = accepts(boris);
    const hello = dials(anna, boris).begin().send[0] as Packet;
    acceptor.receive(hello);
    expect(acceptor.receive(hello).outcome).toMatchObject({ kind: 'failed', reason: 'protocol' });
    expect(acceptor.receive(hello)).toEqual({ send: [] });
  });

  it('never lets anybody in whose words were changed by a byte', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 32, max: 126 }), fc.constantFrom('hello', 'proof'), (place, code, kind) => {
        // A proof concerns whoever hears it, a hello both.
        const misled = new Set<'dialer' | 'acceptor'>();
        const outcomes = converse(dials(anna, boris), accepts(boris), (text, speaker) => {
          if (!text.startsWith(`{"t":"${kind}"`)) return text;
          const at = place % (text.length - 2);
          const other = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
          const read = decodePacket(Buffer.from(other));
          if (other === text || read === undefined) return text;
          if (kind === 'hello') misled.add('dialer').add('acceptor');
          else if (JSON.stringify(read.frame) !== JSON.stringify(unwire(text).frame)) misled.add(speaker === 'dialer' ? 'acceptor' : 'dialer');
          return other;
        });
        for (const side of misled) expect(outcomes[side]?.kind).not.toBe('established');
      }),
      { numRuns: 300 },
    );
  });

  /** Keys, nonces and words of a conversation of version 1, as the first program that spoke it had it. Never to be written anew. */
  describe('of version 1, as it was recorded', () => {
    const file = fileURLToPath(new URL('./recorded/handshake-1.json', import.meta.url));
    const recorded = () => JSON.parse(readFileSync(file, 'utf8')) as { readonly at: number; readonly said: Conversation['said'] };
    const old: Partial<HandshakeOptions> = { versions: [1, 1] };

    it('is spoken to the letter', () => {
      const { at, said } = recorded();
      expect(clock.now()).toBe(at);
      expect(converse(dials(anna, boris, old), accepts(boris, old)).said).toEqual(said);
    });

    it('is understood by either side', () => {
      const { said } = recorded();
      // As in the recording: the dialer draws its nonce first.
      const dialer = dials(anna, boris, old);
      const acceptor = accepts(boris, old);
      expect(replay(acceptor, { said }).outcome).toMatchObject({ kind: 'established', peer: anna.id, version: 1 });
      expect(replay(dialer, { said }, 'acceptor').outcome).toMatchObject({ kind: 'established', peer: boris.id, version: 1 });
    });
  });
});
