import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Bus, Clock, LinkDirectory, LinkLog, Log, NodeBus, Remotes, Transit } from '@vestnik/core';
import { Dialler, Hub, type Introduction, LinkDoors, type LinkLine, Links, PeerKeys } from '@vestnik/federation';
import type { LinkHouse } from './links.js';

export interface LinkTrafficParts {
  readonly installation: string;
  readonly ownUrl: string | undefined;
  readonly links: LinkHouse;
  readonly directory: LinkDirectory;
  readonly linkLog: LinkLog;
  readonly remotes: Remotes;
  readonly line: LinkLine;
  readonly transit: Transit;
  readonly node: Bus;
  readonly bus: NodeBus;
  readonly changed: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What carries the links of this node, and the doors by which neighbours come in. */
export function linkTraffic({ links: { identity, pairing }, node, ...parts }: LinkTrafficParts) {
  const { directory, remotes, changed, clock, log } = parts;
  const peerKeys = new PeerKeys();
  const introduction: Introduction = {
    own: () => (identity.isLoaded ? identity : undefined),
    keysOf: (id) => {
      const link = remotes.link(id);
      return link?.quarantined === undefined ? traffic.keysOf(id) : undefined;
    },
    newerKeys: (id, keys) => {
      traffic.noteKeys(id, keys);
      void directory
        .change(id, { keys })
        .then(changed)
        .catch((error: unknown) => log.warn('the newer keys of a neighbour could not be kept', { error }));
    },
    peerKeys,
    clock,
    random: randomBytes,
    log,
  };
  const dialler = new Dialler(introduction);
  const hub = new Hub({
    own: () => (identity.isLoaded ? identity.id : undefined),
    remotes,
    directory,
    transit: parts.transit,
    peerKeys,
    clock,
    log,
    report: (link, text) => traffic.noteTrouble(link, text),
  });
  const traffic: Links = new Links({
    ...parts,
    hub,
    nodeId: parts.bus.nodeId,
    identity,
    peerKeys,
    receiving: node.receiving,
    entries: node.delivery,
    outboxes: node.outboxes,
    dial: dialler.dial,
    heard: (link, frame) => pairing.heard(link, frame),
    chance: Math.random,
  });
  return {
    traffic,
    /** The doors, as soon as it is known how addresses are read. */
    doors: (addressOf: (request: IncomingMessage) => string | undefined) => new LinkDoors({ introduction, accepted: traffic.accept, addressOf }),
  };
}
