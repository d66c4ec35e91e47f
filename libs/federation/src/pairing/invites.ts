import { type Clock, type LinkDirectory, linkInviteName, type SecretVault } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import type { Identity } from '../identity/index.js';
import { INVITE_SECRET_BYTES, inviteKeys, lookupOf, writeInvite } from './invite.js';
import { isProof } from './transcript.js';

export const INVITE_VALID_MS = 30 * 60_000;
export const INVITE_TRIES = 5;

export interface InvitesPorts {
  readonly identity: Identity;
  readonly directory: Pick<LinkDirectory, 'addInvite' | 'tryInvite' | 'deleteInvite' | 'expireInvites'>;
  readonly vault: SecretVault;
  readonly clock: Pick<Clock, 'now'>;
  /** Random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** The name of this installation. */
  readonly installation: string;
  /** Where the installation is reached: `https://bus.example.com`. */
  readonly publicUrl: () => string;
}

/** Invitations to a link: each is used once, within 30 minutes and five tries. Of the secret nothing is kept that would make an invite again. */
export class Invites {
  constructor(private readonly ports: InvitesPorts) {}

  /** @returns the word to paste at the other side: it is shown once */
  async create(): Promise<{ invite: string; expiresAt: number }> {
    const { identity, directory, vault, clock, random, installation, publicUrl } = this.ports;
    await identity.load();
    await this.sweep();
    const secret = random(INVITE_SECRET_BYTES);
    const { lookup, proof } = inviteKeys(secret);
    const expiresAt = clock.now() + INVITE_VALID_MS;
    await vault.set(linkInviteName(lookup), proof);
    await directory.addInvite({ lookup, expiresAt, triesLeft: INVITE_TRIES });
    return { invite: writeInvite({ url: publicUrl(), id: identity.id, name: installation, secret }), expiresAt };
  }

  /**
   * Takes a try, and checks what proves the secret.
   *
   * @param expected makes of the invite's key what the proof must be
   * @returns the key, for the answer, and uses the invite up: of two that come at once one does
   * @throws Problem `unauthenticated`, in the same words whatever is wrong
   */
  async open(word: string, proof: string, expected: (key: Uint8Array) => Uint8Array): Promise<{ key: Uint8Array; use: () => Promise<void> }> {
    const { directory, vault, clock } = this.ports;
    const lookup = lookupOf(word);
    const invite = await directory.tryInvite(lookup, clock.now());
    const key = invite === undefined ? undefined : await vault.get(linkInviteName(lookup));
    if (key === undefined || !isProof(expected(key), proof)) throw inviteRefused();
    const use = async () => {
      if (!(await directory.deleteInvite(lookup))) throw inviteRefused();
      await vault.delete(linkInviteName(lookup));
    };
    return { key, use };
  }

  /** Forgets what has expired. */
  async sweep(): Promise<void> {
    for (const lookup of await this.ports.directory.expireInvites(this.ports.clock.now())) await this.ports.vault.delete(linkInviteName(lookup));
  }
}

/** The same, whatever is wrong with it. */
export function inviteRefused(): Problem {
  return new Problem('unauthenticated', 'the invite does not count: it was used, has expired, was tried too often, or is none of this installation');
}
