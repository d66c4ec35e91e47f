import { randomBytes } from 'node:crypto';
import type { AuditTrail, Clock, LinkDirectory, LinkLog, Log, SecretVault, Tenants } from '@vestnik/core';
import { Identity, Pairing } from '@vestnik/federation';
import type { ManagedLinks } from '@vestnik/management';
import { managedLinks } from './managed-links.js';

/** Between two looks at whether a link key is due, and whether invites have expired. */
const UPKEEP_MS = 3_600_000;

export interface LinkHouseParts {
  readonly installation: string;
  /** Where others can dial this installation, where that was set. */
  readonly ownUrl: string | undefined;
  readonly publicUrl: () => string;
  readonly directory: LinkDirectory;
  readonly figures: Pick<LinkLog, 'statuses' | 'heads'>;
  readonly vault: SecretVault;
  readonly tenants: Tenants;
  readonly audit: AuditTrail;
  /** The directory has changed: this node looks at once, the others are told. */
  readonly changed: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LinkHouse {
  readonly identity: Identity;
  readonly pairing: Pairing;
  readonly managed: ManagedLinks;
  /** Reads the identity where there is one, follows the directory, and looks after keys and invites. Nothing where links were never used. */
  start(): Promise<void>;
  stop(): void;
}

/** Who this installation is towards others, and how it is paired with them. */
export function linkHouse(parts: LinkHouseParts): LinkHouse {
  const { directory, vault, clock, log, tenants, audit, changed } = parts;
  const identity = new Identity({ vault, clock });
  const pairing = new Pairing({
    identity,
    directory,
    vault,
    clock,
    random: randomBytes,
    installation: parts.installation,
    publicUrl: parts.publicUrl,
    ...(parts.ownUrl === undefined ? {} : { ownUrl: parts.ownUrl }),
    changed,
    onPaired: async (link, address) => {
      const after = { id: link.id, state: link.state, ...(link.url === undefined ? {} : { url: link.url }) };
      await audit.record({
        at: clock.now(),
        who: `installation:${link.id}`,
        ...(address === undefined ? {} : { address }),
        action: 'link.pair',
        subject: link.name,
        after,
      });
    },
  });
  const failed = (error: unknown) => log.warn('the keys of links could not be looked after', { error });
  const upkeep = async () => {
    if (!identity.isLoaded) return;
    if (await identity.rotateIfDue()) {
      log.info('a new link key was made', { key: identity.list.keys[0]?.key });
      await changed();
    }
    await pairing.invites.sweep();
  };
  let timer: { cancel(): void } | undefined;
  return {
    identity,
    pairing,
    managed: managedLinks({ identity, pairing, directory, figures: parts.figures, changed }),
    start: async () => {
      await identity.loadIfMade();
      tenants.onChange(() => void (identity.isLoaded ? identity.refresh() : Promise.resolve()).catch(failed));
      await upkeep().catch(failed);
      timer = clock.every(UPKEEP_MS, () => void upkeep().catch(failed));
    },
    stop: () => timer?.cancel(),
  };
}
