import { Problem } from '@vestnik/protocol';
import type { Remotes } from '../access/remotes.js';
import type { LinkLog } from '../ports/link-log.js';
import { LINK_QUOTA, type LinkQuota, type Remote } from '../ports/links.js';

interface Load {
  messages: number;
  bytes: number;
}

/** What waits for all that are reached over one link, and how much may. */
export interface LinkLoad {
  readonly messages: number;
  readonly bytes: number;
  readonly quota: LinkQuota;
  readonly isFull: boolean;
}

/**
 * How much waits for other installations, so that no outbox grows without bound.
 *
 * What is known is as old as the last look, and what this node has added since.
 */
export class Outboxes {
  private loads: ReadonlyMap<number, Load> = new Map();
  private readonly lasts = new Map<number, number>();
  private readonly listeners: ((remoteId: number) => void)[] = [];

  constructor(
    private readonly remotes: Pick<Remotes, 'all' | 'link'>,
    private readonly linkLog: Pick<LinkLog, 'heads'> | undefined,
  ) {}

  /** Whether there are other installations at all: without any, nothing is done for them. */
  get inUse(): boolean {
    return this.remotes.all().length > 0;
  }

  /** What counts for a remote, as this node knows it: all that goes over its link. */
  loadOf(remote: Remote): LinkLoad {
    const quota = this.remotes.link(remote.via)?.quota ?? LINK_QUOTA;
    let messages = 0;
    let bytes = 0;
    for (const { id, via } of this.remotes.all()) {
      if (via !== remote.via) continue;
      const load = this.loads.get(id);
      messages += load?.messages ?? 0;
      bytes += load?.bytes ?? 0;
    }
    return { messages, bytes, quota, isFull: messages >= quota.rows || bytes >= quota.bytes };
  }

  /** Why no more is taken for a remote. */
  full(remote: Remote): Problem | undefined {
    const { messages, bytes, quota, isFull } = this.loadOf(remote);
    if (!isFull) return undefined;
    const link = this.remotes.link(remote.via);
    const name = link?.name ?? remote.path.at(-1);
    return new Problem('inbox-full', `the link to ${name} has ${messages} messages and ${bytes} bytes waiting, and takes no more until it has sent some`, {
      link: name,
      limit: messages < quota.rows ? quota.bytes : quota.rows,
      retryAfter: 60,
    });
  }

  /** One more is on its way into the outbox. */
  added(remoteId: number, bytes: number): void {
    const load = this.loads.get(remoteId);
    if (load === undefined) return;
    load.messages++;
    load.bytes += bytes;
  }

  /** Something was committed for it: whoever sends it is told. */
  grown(remoteId: number): void {
    for (const listener of this.listeners) listener(remoteId);
  }

  onGrown(listener: (remoteId: number) => void): void {
    this.listeners.push(listener);
  }

  /** Looks anew. Without links nothing is asked. */
  async refresh(): Promise<void> {
    const remotes = this.remotes.all();
    if (remotes.length === 0 || this.linkLog === undefined) return;
    const heads = await this.linkLog.heads(remotes.map(({ id }) => id));
    for (const { remoteId, last } of heads) {
      const before = this.lasts.get(remoteId);
      // Another node may have put it there, and its word may have been lost.
      if (before !== undefined && before < last) this.grown(remoteId);
      this.lasts.set(remoteId, last);
    }
    this.loads = new Map(heads.map(({ remoteId, last, acknowledged, bytes }) => [remoteId, { messages: last - acknowledged, bytes }]));
  }
}
