import { offerKeys } from '../identity/key-list.js';
import type { PeerKeys } from '../identity/peer-keys.js';
import { headerOf } from '../wire/codec.js';
import { type ByeFrame, type HelloFrame, type Packet, VERSIONS } from '../wire/frames.js';

/** Who speaks for this installation; the `Identity` does. */
export interface HandshakeOwn {
  readonly id: string;
  /** The newest signed list of its link keys. */
  readonly listText: string;
  sign(bytes: Uint8Array): { readonly key: string; readonly signature: Uint8Array };
}

export interface HandshakeOptions {
  /** The newest signed list of keys that is known of a neighbour; undefined for who is none, or is none any more. */
  readonly keysOf: (id: string) => string | undefined;
  readonly peerKeys: PeerKeys;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 32 random bytes, for this conversation alone. */
  readonly nonce: Uint8Array;
  readonly versions?: readonly [lowest: number, highest: number];
}

/** The dialer knows whom it wants; the acceptor is told who comes. */
export type HandshakeRole = { readonly kind: 'dialer'; readonly peer: string } | { readonly kind: 'acceptor' };

export type HandshakeOutcome =
  | {
      readonly kind: 'established';
      readonly peer: string;
      readonly version: number;
      /** A list of its keys that is newer than the one that is known: to be kept. */
      readonly newerKeys?: string;
    }
  | {
      readonly kind: 'failed';
      readonly reason: ByeFrame['reason'];
      /** For the log of this side: it may know more than the other is told. */
      readonly detail: string;
      /** It is the other side that ended it. */
      readonly byPeer: boolean;
    };

export interface HandshakeStep {
  /** To be sent, in order; before the connection ends, where it failed. */
  readonly send: readonly Packet[];
  readonly outcome?: HandshakeOutcome;
}

/** How long both have for all of it; whoever carries it ends it then. */
export const HANDSHAKE_MS = 10_000;

/**
 * How two installations prove to each other who they are, without sockets or clocks.
 *
 * The dialer says `hello`, the acceptor says `hello`; the dialer sends its `proof`, then the acceptor. A proof signs the version, who of
 * the two gives it, and both hellos as they were on the wire: ids, nonces, ranges of versions, lists of keys. So it is worth nothing in
 * another conversation, for another installation, or given back to whoever made it. The acceptor proves itself only to who has done so.
 *
 * Who is not known is refused only after its proof, in the words in which a wrong proof is: nobody learns who is linked with whom.
 */
export class Handshake {
  private readonly hello: Packet<HelloFrame>;
  private readonly versions: readonly [number, number];
  private theirs: { readonly frame: HelloFrame; readonly raw: string; readonly version: number } | undefined;
  private over = false;

  constructor(
    private readonly role: HandshakeRole,
    private readonly own: HandshakeOwn,
    private readonly options: HandshakeOptions,
  ) {
    this.versions = options.versions ?? [VERSIONS.lowest, VERSIONS.highest];
    this.hello = this.helloTo(role.kind === 'dialer' ? role.peer : '');
  }

  /** What is sent before anything comes. */
  begin(): HandshakeStep {
    return { send: this.role.kind === 'dialer' ? [this.hello] : [] };
  }

  /** @param packet as it was read from the wire */
  receive(packet: Packet): HandshakeStep {
    if (this.over) return { send: [] };
    const { frame } = packet;
    if (frame.t === 'bye') return this.ended(frame.reason, frame.detail ?? '', true);
    if (frame.t === 'hello' && this.theirs === undefined) return this.greeted(frame, headerOf(packet));
    if (frame.t === 'proof' && this.theirs !== undefined) return this.proven(frame.key, Buffer.from(frame.signature, 'base64url'));
    return this.refuse('protocol', `${frame.t} came where a ${this.theirs === undefined ? 'hello' : 'proof'} was expected`);
  }

  private greeted(frame: HelloFrame, raw: string): HandshakeStep {
    const { role, own, versions } = this;
    if (frame.id === own.id) return this.refuse('refused', 'an installation has no link with itself');
    if (frame.to !== own.id) return this.refuse('refused', 'this is another installation than the one that was asked for');
    if (role.kind === 'dialer' && frame.id !== role.peer) return this.refuse('refused', 'another installation answers at this address');
    const [lowest, highest] = frame.versions;
    const version = Math.min(highest, versions[1]);
    if (version < Math.max(lowest, versions[0])) {
      return this.refuse('protocol', `no common version: you speak ${lowest} to ${highest}, this installation ${versions[0]} to ${versions[1]}`);
    }
    this.theirs = { frame, raw, version };
    return { send: [role.kind === 'dialer' ? this.proof() : this.helloTo(frame.id)] };
  }

  private proven(key: string, signature: Uint8Array): HandshakeStep {
    const { theirs, role, options } = this;
    if (theirs === undefined) throw new Error('a proof is looked at after the hello');
    const peer = theirs.frame.id;
    const known = options.keysOf(peer);
    if (known === undefined) return this.refuse('refused', 'there is no link with this installation', true);
    const offered = offerKeys(peer, known, theirs.frame.keys);
    if (offered.kind === 'refused') return this.refuse('refused', 'its list of keys is not signed by its root key', true);
    const list = offered.kind === 'newer' ? theirs.frame.keys : known;
    const signed = this.textOf(role.kind === 'dialer' ? 'acceptor' : 'dialer');
    if (!options.peerKeys.verify({ installation: peer, list, key, signature }, signed, options.now())) {
      return this.refuse('refused', `it did not prove who it is: key ${key} has expired, was revoked, or has not signed this`, true);
    }
    this.over = true;
    const newerKeys = offered.kind === 'newer' ? list : undefined;
    return { send: role.kind === 'acceptor' ? [this.proof()] : [], outcome: { kind: 'established', peer, version: theirs.version, newerKeys } };
  }

  private helloTo(to: string): Packet<HelloFrame> {
    const { own, options } = this;
    return {
      frame: { t: 'hello', versions: this.versions, id: own.id, to, nonce: Buffer.from(options.nonce).toString('base64url'), keys: own.listText },
    };
  }

  private proof(): Packet {
    const { key, signature } = this.own.sign(this.textOf(this.role.kind));
    return { frame: { t: 'proof', key, signature: Buffer.from(signature).toString('base64url') } };
  }

  /** What a side signs. */
  private textOf(role: HandshakeRole['kind']): Buffer {
    const { theirs } = this;
    if (theirs === undefined) throw new Error('nothing is signed before the hello of the other side');
    const ours = headerOf(this.role.kind === 'dialer' ? this.hello : this.helloTo(theirs.frame.id));
    const [dialer, acceptor] = this.role.kind === 'dialer' ? [ours, theirs.raw] : [theirs.raw, ours];
    return Buffer.from(`vestnik-link-1 handshake\n${theirs.version}\n${role}\n${dialer}\n${acceptor}\n`);
  }

  /** @param secret the other side is not told why */
  private refuse(reason: ByeFrame['reason'], detail: string, secret = false): HandshakeStep {
    const bye: ByeFrame = secret ? { t: 'bye', reason } : { t: 'bye', reason, detail };
    return { ...this.ended(reason, detail, false), send: [{ frame: bye }] };
  }

  private ended(reason: ByeFrame['reason'], detail: string, byPeer: boolean): HandshakeStep {
    this.over = true;
    return { send: [], outcome: { kind: 'failed', reason, detail, byPeer } };
  }
}
