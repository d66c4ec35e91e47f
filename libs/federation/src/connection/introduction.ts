import type { Clock, Log } from '@vestnik/core';
import type { PeerKeys } from '../identity/peer-keys.js';
import type { HandshakeOwn } from './handshake.js';

/** Who this installation is towards its neighbours, and whom it knows: what connections need of the rest of links. */
export interface Introduction {
  /** Undefined before the first use of links: nobody is let in then, nor dialled. */
  readonly own: () => HandshakeOwn | undefined;
  /** The newest signed list of keys of a neighbour; undefined for who is none, or is none any more. */
  readonly keysOf: (id: string) => string | undefined;
  /** A neighbour has proved itself with a list that is newer than the one that is known. The connection waits for it. */
  readonly newerKeys: (id: string, keys: string) => Promise<void> | void;
  readonly peerKeys: PeerKeys;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}
