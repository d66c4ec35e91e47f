import { invalid, Problem } from '@vestnik/protocol';
import { BEHIND_MAX, type Link, type LinkChange, type LinkDirectory, type LinkInvite, type NewLink, type Remote } from '../ports/links.js';
import type { MemoryBase } from './memory-base.js';
import { forgetRemote } from './outboxes.js';

/** A remote as it is kept: its path without the name of the link, which may change. */
interface RemoteRow {
  readonly id: number;
  readonly installation: string;
  via: string;
  /** With dots; empty: the neighbour itself. */
  behind: string;
  keys?: string;
}

/** Whose a path behind a neighbour was first, and whether that neighbour names it now. */
interface PathRow {
  readonly installation: string;
  named: boolean;
}

/** Links, in memory. */
export class MemoryLinkDirectory implements LinkDirectory {
  private readonly all = new Map<string, Link>();
  private readonly byInstallation = new Map<string, RemoteRow>();
  /** By link, and path. */
  private readonly paths = new Map<string, Map<string, PathRow>>();
  private readonly invites = new Map<string, LinkInvite>();
  /** The numbers of remotes, also of those that are forgotten: how far each has come goes on from there. */
  private readonly numbers = new Map<string, number>();

  /** @param forget told of a remote that goes */
  constructor(
    private readonly base: MemoryBase,
    private readonly forget: (remoteId: number) => void = () => undefined,
  ) {}

  async links(): Promise<Link[]> {
    await this.base.enter('links');
    return [...this.all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async add(link: NewLink): Promise<Link> {
    await this.base.enter('addLink');
    if (this.all.has(link.id)) throw new Problem('conflict', 'there is a link to this installation already');
    this.requireFree(link.name, link.id);
    const { id, name, proposedName, state, url, rootKey, keys, confirmedHere, confirmedThere, words, transit, quota } = link;
    const rest = url === undefined ? {} : { url };
    const bare = { id, name, proposedName, state, rootKey: Uint8Array.from(rootKey), keys, confirmedHere, confirmedThere, words, transit, quota: { ...quota } };
    const made: Link = { ...bare, createdAt: this.base.now(), ...rest };
    this.all.set(id, made);
    const there = this.byInstallation.get(id);
    if (there === undefined) this.byInstallation.set(id, { id: this.numberOf(id), installation: id, via: id, behind: '' });
    else Object.assign(there, { via: id, behind: '' });
    this.base.version++;
    return made;
  }

  private numberOf(installation: string): number {
    const number = this.numbers.get(installation) ?? this.base.nextId();
    this.numbers.set(installation, number);
    return number;
  }

  async change(id: string, change: LinkChange): Promise<Link | undefined> {
    await this.base.enter('changeLink');
    const before = this.all.get(id);
    if (before === undefined) return undefined;
    if (change.name !== undefined) this.requireFree(change.name, id);
    const { quarantined, ...rest } = change;
    const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const { quarantined: old, ...merged }: Link = { ...before, ...named };
    const reason = quarantined === undefined ? old : (quarantined ?? undefined);
    const isConfirmed = change.state === undefined && merged.state === 'pending' && merged.confirmedHere && merged.confirmedThere;
    const after: Link = { ...merged, ...(isConfirmed ? { state: 'active' } : {}), ...(reason === undefined ? {} : { quarantined: reason }) };
    this.all.set(id, after);
    this.base.version++;
    return after;
  }

  async remove(id: string): Promise<boolean> {
    await this.base.enter('removeLink');
    if (!this.all.delete(id)) return false;
    this.paths.delete(id);
    for (const [installation, remote] of this.byInstallation) {
      if (remote.via !== id || (remote.behind !== '' && this.reroute(remote))) continue;
      forgetRemote(this.base, remote.id);
      this.forget(remote.id);
      this.byInstallation.delete(installation);
    }
    this.base.version++;
    return true;
  }

  async remotes(): Promise<Remote[]> {
    await this.base.enter('remotes');
    return [...this.byInstallation.values()].map(({ id, installation, via, behind, keys }) => {
      const { name } = this.all.get(via) as Link;
      if (behind === '') return { id, installation, via, path: [name] };
      const alsoVia = this.ways(installation).flatMap((way) => (way.via === via ? [] : [way.via]));
      return {
        id,
        installation,
        via,
        path: [...behind.split('.'), name],
        ...(alsoVia.length === 0 ? {} : { alsoVia: alsoVia.sort() }),
        ...(this.isNamed(via, behind) ? {} : { withdrawn: true as const }),
        ...(keys === undefined ? {} : { keys }),
      };
    });
  }

  async learn(via: string, behind: Parameters<LinkDirectory['learn']>[1]): Promise<string[]> {
    await this.base.enter('learnRemotes');
    if (!this.all.has(via)) return [];
    const paths = this.paths.get(via) ?? new Map<string, PathRow>();
    this.paths.set(via, paths);
    const named = new Map<string, string>();
    const refused: string[] = [];
    for (const { installation, path } of behind) {
      if (this.all.has(installation) || named.has(installation)) continue;
      const written = path.join('.');
      const owner = paths.get(written)?.installation;
      if (written === '' || (owner ?? installation) !== installation || (owner === undefined && paths.size >= BEHIND_MAX)) {
        refused.push(written);
        continue;
      }
      named.set(installation, written);
      if (owner === undefined) {
        paths.set(written, { installation, named: true });
        this.base.version++;
      }
    }
    for (const [written, row] of paths) {
      const isNamed = named.get(row.installation) === written;
      if (row.named !== isNamed) this.base.version++;
      row.named = isNamed;
    }
    for (const [installation, written] of named) {
      const there = this.byInstallation.get(installation);
      if (there === undefined) this.byInstallation.set(installation, { id: this.numberOf(installation), installation, via, behind: written });
      else if (there.via === via) there.behind = written;
    }
    for (const remote of this.byInstallation.values()) {
      if (remote.via !== via && !named.has(remote.installation)) continue;
      if (remote.behind !== '' && !this.isNamed(remote.via, remote.behind)) this.reroute(remote);
    }
    return refused;
  }

  async noteKeys(installation: string, before: string | undefined, keys: string): Promise<boolean> {
    await this.base.enter('noteKeys');
    const remote = this.byInstallation.get(installation);
    if (remote === undefined || remote.keys !== before) return false;
    remote.keys = keys;
    this.base.version++;
    return true;
  }

  async addInvite(invite: LinkInvite): Promise<void> {
    await this.base.enter('addInvite');
    this.invites.set(invite.lookup, invite);
  }

  async tryInvite(lookup: string, now: number): Promise<LinkInvite | undefined> {
    await this.base.enter('tryInvite');
    const invite = this.invites.get(lookup);
    if (invite === undefined || invite.expiresAt <= now || invite.triesLeft <= 0) return undefined;
    const tried = { ...invite, triesLeft: invite.triesLeft - 1 };
    this.invites.set(lookup, tried);
    return tried;
  }

  async deleteInvite(lookup: string): Promise<boolean> {
    await this.base.enter('deleteInvite');
    return this.invites.delete(lookup);
  }

  async expireInvites(now: number): Promise<string[]> {
    await this.base.enter('expireInvites');
    const gone = [...this.invites.values()].filter(({ expiresAt }) => expiresAt <= now).map(({ lookup }) => lookup);
    for (const lookup of gone) this.invites.delete(lookup);
    return gone;
  }

  private isNamed(via: string, behind: string): boolean {
    return this.paths.get(via)?.get(behind)?.named === true;
  }

  /** All ways to an installation that are named now, the shortest first. */
  private ways(installation: string): { readonly via: string; readonly behind: string }[] {
    const ways = [...this.paths].flatMap(([via, paths]) =>
      [...paths].flatMap(([behind, row]) => (row.named && row.installation === installation ? [{ via, behind }] : [])),
    );
    return ways.sort((a, b) => a.behind.split('.').length - b.behind.split('.').length || (a.via < b.via ? -1 : 1));
  }

  /** @returns false where no other neighbour names it */
  private reroute(remote: RemoteRow): boolean {
    const [way] = this.ways(remote.installation);
    if (way === undefined) return false;
    Object.assign(remote, way);
    this.base.version++;
    return true;
  }

  private requireFree(name: string, id: string): void {
    for (const link of this.all.values()) if (link.name === name && link.id !== id) throw invalid('conflict', 'name', `there is a link ${name} already`);
  }
}
