import type { Clock, LinkDirectory, Log, Remote, Remotes } from '@vestnik/core';
import { offerKeys } from '../identity/key-list.js';
import type { PeerKeys } from '../identity/peer-keys.js';
import type { LinkVerifier } from '../wire/signing.js';

export interface FarKeysParts {
  readonly remotes: Remotes;
  readonly directory: Pick<LinkDirectory, 'noteKeys'>;
  readonly peerKeys: PeerKeys;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The link keys of installations that are no neighbours: their signed lists come along with what they send, through hubs.
 *
 * The newest list that was seen counts, also after a restart and on other nodes: a key that it leaves out signs nothing any more,
 * whoever still has it.
 */
export class FarKeys {
  /** Newer than what the directory says, as far as this node knows; by installation. */
  private readonly newer = new Map<string, string>();
  private readonly noting = new Set<string>();

  constructor(private readonly parts: FarKeysParts) {}

  verifierOf(remote: Remote): LinkVerifier {
    return {
      verify: (from, key, bytes, signature, keys) => {
        const list = from === remote.installation ? this.newest(remote, keys) : undefined;
        return list !== undefined && this.parts.peerKeys.verify({ installation: from, list, key, signature }, bytes, this.parts.clock.now());
      },
    };
  }

  /** A list has come with a packet that was signed with one of its keys: it counts from now on, if it is newer. */
  note(remote: Remote, offered: string): void {
    const { installation } = remote;
    if (this.knownOf(remote) === offered || this.newest(remote, offered) !== offered) return;
    this.newer.set(installation, offered);
    if (!this.noting.has(installation)) void this.write(remote);
  }

  /** The list that counts once this one was seen too; undefined: none is known, and this is none. */
  private newest(remote: Remote, offered: string | undefined): string | undefined {
    const known = this.knownOf(remote);
    if (offered === undefined || offered === known) return known;
    return offerKeys(remote.installation, known, offered).kind === 'newer' ? offered : known;
  }

  private knownOf(remote: Remote): string | undefined {
    const { keys } = this.parts.remotes.byInstallationId(remote.installation) ?? remote;
    const newer = this.newer.get(remote.installation);
    if (newer === undefined || newer === keys) {
      this.newer.delete(remote.installation);
      return keys;
    }
    // Another node may have seen a newer one still.
    return keys !== undefined && offerKeys(remote.installation, newer, keys).kind === 'newer' ? keys : newer;
  }

  private async write({ installation }: Remote): Promise<void> {
    const { remotes, directory, log } = this.parts;
    this.noting.add(installation);
    try {
      for (let tries = 0; tries < 3; tries++) {
        const remote = remotes.byInstallationId(installation);
        const list = remote === undefined ? undefined : this.knownOf(remote);
        if (list === undefined || list === remote?.keys || (await directory.noteKeys(installation, remote?.keys, list))) break;
        // Another node was faster: whose is newer is seen after looking again.
        await remotes.refresh();
      }
      await remotes.refresh();
    } catch (error) {
      log.warn('the link keys of an installation behind a hub could not be written down; that is tried with the next that come', { error });
    } finally {
      this.noting.delete(installation);
    }
  }
}
