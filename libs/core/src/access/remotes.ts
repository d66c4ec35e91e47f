import type { Link, LinkDirectory, Remote } from '../ports/links.js';
import type { Tenants } from './tenants.js';

/** What core asks of links: where addresses lead. In memory; they are few, and looked at for every message that names one. */
export class Remotes {
  private byName: ReadonlyMap<string, Remote> = new Map();
  private byNumber: ReadonlyMap<number, Remote> = new Map();
  private byInstallation: ReadonlyMap<string, Remote> = new Map();
  private linksById: ReadonlyMap<string, Link> = new Map();
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly directory: Pick<LinkDirectory, 'links' | 'remotes'> | undefined) {}

  /** Reads anew whenever the directory has changed. */
  follow(tenants: Tenants, failed: (error: unknown) => void): void {
    tenants.onChange(() => void this.refresh().catch(failed));
  }

  async refresh(): Promise<void> {
    if (this.directory === undefined) return;
    const [links, remotes] = await Promise.all([this.directory.links(), this.directory.remotes()]);
    this.linksById = new Map(links.map((link) => [link.id, link]));
    this.byName = new Map(remotes.map((remote) => [remote.path.join('.'), remote]));
    this.byNumber = new Map(remotes.map((remote) => [remote.id, remote]));
    this.byInstallation = new Map(remotes.map((remote) => [remote.installation, remote]));
    for (const listener of this.listeners) listener();
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** @returns undefined also where its link is not confirmed yet */
  byPath(path: readonly string[]): Remote | undefined {
    const remote = this.named(path);
    return remote === undefined || this.link(remote.via)?.state === 'pending' ? undefined : remote;
  }

  /** As {@link byPath}, whether or not anything may go there yet. */
  named(path: readonly string[]): Remote | undefined {
    return this.byName.get(path.join('.'));
  }

  byId(id: number): Remote | undefined {
    return this.byNumber.get(id);
  }

  byInstallationId(installation: string): Remote | undefined {
    return this.byInstallation.get(installation);
  }

  link(id: string): Link | undefined {
    return this.linksById.get(id);
  }

  links(): Link[] {
    return [...this.linksById.values()];
  }

  all(): Remote[] {
    return [...this.byNumber.values()];
  }
}
