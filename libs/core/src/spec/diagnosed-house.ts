import { Remotes } from '../access/remotes.js';
import type { Scope } from '../access/scopes.js';
import { Diagnosing } from '../diagnosing/diagnosing.js';
import type { Diagnosis, DiagnosisQuestion, DiagnosisStep, DiagnosisStepName } from '../diagnosing/diagnosis.js';
import { MemoryLinkDirectory, MemoryLinkLog, MemorySubscriptions, MemoryWebhooks } from '../memory/index.js';
import type { ApiKey } from '../ports/directory.js';
import { type Line, NO_LINE } from '../ports/line.js';
import { LINK_QUOTA, type NewLink, type Remote } from '../ports/links.js';
import type { Tenant } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode } from './memory-house.js';

/** An installation in memory whose ways can be diagnosed: with keys, links and webhooks that a test sets as it likes. */
export class DiagnosedHouse extends MemoryHouse {
  readonly keys: ApiKey[] = [];
  /** Names of links over which calls can go now. */
  readonly live = new Set<string>();
  readonly links = new MemoryLinkDirectory(this.base);
  readonly linkLog = new MemoryLinkLog(this.base);
  readonly remotes = new Remotes(this.links);
  readonly webhooks = new MemoryWebhooks(this.base);
  readonly line: Line = { ...NO_LINE, reaches: (remote) => this.reaches(remote), tell: (remote) => this.reaches(remote) };

  private reaches({ via }: Remote): boolean {
    const link = this.remotes.link(via);
    return link?.state === 'active' && this.live.has(link.name);
  }

  key(tenant: Tenant, client: string, scopes: readonly Scope[], expiresAt?: number): ApiKey {
    const key = { id: `key-${this.keys.length + 1}`, tenantId: tenant.id, title: 'a key', client, scopes, createdAt: this.clock.now(), expiresAt };
    this.keys.push(key);
    return key;
  }

  async link(name: string, change: Partial<NewLink> = {}): Promise<string> {
    const id = `id-of-${name}`;
    const confirmed = { confirmedHere: true, confirmedThere: true, transit: false, quota: LINK_QUOTA };
    await this.links.add({
      id,
      name,
      proposedName: name,
      state: 'active',
      rootKey: new Uint8Array(32),
      keys: '{}',
      words: 'six words',
      ...confirmed,
      ...change,
    });
    await this.remotes.refresh();
    return id;
  }

  linkedNode(): MemoryNode {
    return this.node('n1', {}, { remotes: this.remotes, log: this.linkLog, line: this.line });
  }

  diagnosing(node: MemoryNode): Diagnosing {
    const { installation, tenants, mailboxes, messageLog, webhooks, remotes, linkLog, line, clock } = this;
    const { sessions, limits, outboxes } = node.parts;
    const keys = { list: async (tenantId: number | null) => ({ items: this.keys.filter((key) => key.tenantId === tenantId) }) };
    const subscriptions = new MemorySubscriptions(this.base);
    return new Diagnosing({
      installation,
      tenants,
      keys,
      mailboxes,
      messageLog,
      subscriptions,
      webhooks,
      sessions,
      limits,
      remotes,
      outboxes,
      linkLog,
      line,
      clock,
    });
  }
}

/** Asks one house again and again. */
export function asker(house: DiagnosedHouse, node: MemoryNode) {
  const diagnosing = house.diagnosing(node);
  return (from: string, to: string, more: Partial<DiagnosisQuestion> = {}): Promise<Diagnosis> => diagnosing.diagnose({ from, to, use: 'send', ...more });
}

export function stepOf({ steps }: Diagnosis, name: DiagnosisStepName): DiagnosisStep | undefined {
  return steps.find(({ step }) => step === name);
}

/** The first step that fails: what, and what mends it. */
export function failureOf({ steps, firstFailure }: Diagnosis): string | undefined {
  const failed = firstFailure === undefined ? undefined : steps[firstFailure];
  return failed === undefined ? undefined : `${failed.step}: ${failed.action ?? ''}`;
}
