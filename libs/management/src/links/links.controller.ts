import { Controller, Inject, Param, UseGuards } from '@nestjs/common';
import type { PageRequest } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, pageQuery, QueryOf } from '../http/input.js';
import { mapPage, pageOf, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { type ManagedLink, type ManagedLinkKey, type ManagedLinks, PORT } from '../ports.js';
import * as calls from './link-calls.js';

/** Links to other installations. What was paired, confirmed and removed is on record; invites and keys by what they are called only. */
@Controller()
@UseGuards(CallerGuard)
export class LinksController {
  constructor(
    @Inject(PORT.links) private readonly links: ManagedLinks,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(calls.createLinkInvite)
  async invite(@CalledBy() caller: Caller) {
    const { invite, expiresAt } = await this.links.invite();
    await this.changes.record(caller, { action: 'link.invite', subject: 'links', after: { expiresAt: timeOf(expiresAt) } });
    return { invite, expiresAt: timeOf(expiresAt) };
  }

  @Serves(calls.acceptLink)
  async accept(@CalledBy() caller: Caller, @JsonBody(calls.acceptedInvite) { invite, name }: calls.AcceptedInvite): Promise<calls.LinkAnswer> {
    const made = await this.links.accept(invite, name);
    await this.changes.record(caller, { action: 'link.accept', subject: made.link.name, after: onRecord(made) });
    return answerOf(made);
  }

  @Serves(calls.listLinks)
  async list(@QueryOf(pageQuery) page: PageRequest) {
    return mapPage(
      pageOf(await this.links.list(), ({ link }) => link.name, page),
      answerOf,
    );
  }

  @Serves(calls.confirmLink)
  confirm(@CalledBy() caller: Caller, @Param('link') id: string, @JsonBody(calls.linkConfirmation) { name }: calls.LinkConfirmation) {
    return this.change(caller, id, 'link.confirm', () => this.links.confirm(id, name));
  }

  @Serves(calls.pauseLink)
  pause(@CalledBy() caller: Caller, @Param('link') id: string) {
    return this.change(caller, id, 'link.pause', () => this.links.pause(id));
  }

  @Serves(calls.resumeLink)
  resume(@CalledBy() caller: Caller, @Param('link') id: string) {
    return this.change(caller, id, 'link.resume', () => this.links.resume(id));
  }

  @Serves(calls.allowTransit)
  transit(@CalledBy() caller: Caller, @Param('link') id: string, @JsonBody(calls.linkTransit) { allow }: calls.LinkTransit) {
    return this.change(caller, id, 'link.transit', () => this.links.setTransit(id, allow));
  }

  @Serves(calls.setLinkQuota)
  quota(@CalledBy() caller: Caller, @Param('link') id: string, @JsonBody(calls.linkQuota) { messages, bytes }: calls.LinkQuota) {
    return this.change(caller, id, 'link.quota', () => this.links.setQuota(id, { rows: messages, bytes }));
  }

  @Serves(calls.deleteLink)
  async remove(@CalledBy() caller: Caller, @Param('link') id: string): Promise<void> {
    const before = await this.links.find(id);
    if (before === undefined || !(await this.links.remove(id))) throw unknownLink();
    await this.changes.record(caller, { action: 'link.remove', subject: before.link.name, before: onRecord(before) });
  }

  @Serves(calls.listLinkKeys)
  async keys() {
    const { id, keys } = await this.links.keys();
    return { ...(id === undefined ? {} : { id }), keys: keys.map(keyOf) };
  }

  @Serves(calls.rotateLinkKeys)
  async rotate(@CalledBy() caller: Caller) {
    const { id, keys } = await this.links.rotateKeys();
    await this.changes.record(caller, { action: 'link-key.rotate', subject: keys[0]?.key ?? '', after: { keys: keys.map(({ key }) => key) } });
    return { id, keys: keys.map(keyOf) };
  }

  @Serves(calls.deleteLinkKey)
  async revoke(@CalledBy() caller: Caller, @Param('key') key: string) {
    const left = await this.links.revokeKey(key);
    if (left === undefined) throw new Problem('not-found', 'this installation has no link key of this id');
    await this.changes.record(caller, { action: 'link-key.revoke', subject: key, after: { keys: left.keys.map((one) => one.key) } });
    return { id: left.id, keys: left.keys.map(keyOf) };
  }

  private async change(caller: Caller, id: string, action: string, work: () => Promise<ManagedLink | undefined>): Promise<calls.LinkAnswer> {
    const before = await this.links.find(id);
    const after = before === undefined ? undefined : await work();
    if (before === undefined || after === undefined) throw unknownLink();
    await this.changes.record(caller, { action, subject: after.link.name, before: onRecord(before), after: onRecord(after) });
    return answerOf(after);
  }
}

/** Of the installations behind a hub so many are named. */
const NAMED = 50;

function answerOf({ link, keys, status, queue, rate, epoch, behind = [] }: ManagedLink): calls.LinkAnswer {
  const time = (name: string, at: number | undefined) => (at === undefined ? {} : { [name]: timeOf(at) });
  return {
    id: link.id,
    name: link.name,
    proposedName: link.proposedName,
    state: link.state,
    connected: status?.connected ?? false,
    ...time('since', status?.since),
    ...defined({ dialledBy: status?.dialledBy, transport: status?.transport, url: link.url }),
    words: link.words,
    confirmedHere: link.confirmedHere,
    confirmedThere: link.confirmedThere,
    transit: link.transit,
    ...defined({ quarantined: link.quarantined }),
    quota: { messages: link.quota.rows, bytes: link.quota.bytes },
    queue: { messages: queue.messages, bytes: queue.bytes, ...time('oldestAt', queue.oldestAt) },
    ...defined({ rate, roundTrip: status?.roundTrip, lastError: status?.lastError }),
    ...time('lastErrorAt', status?.lastErrorAt),
    ...defined({ epoch, node: status?.node }),
    keys: keys.map(keyOf),
    ...(behind.length === 0 ? {} : { behind: { installations: behind.length, names: behind.slice(0, NAMED) } }),
    createdAt: timeOf(link.createdAt),
  };
}

function keyOf({ key, expiresAt }: ManagedLinkKey) {
  return { key, expiresAt: timeOf(expiresAt) };
}

function onRecord({ link: { id, name, state, url, confirmedHere, confirmedThere, transit, quota, quarantined } }: ManagedLink) {
  return { id, name, state, confirmedHere, confirmedThere, transit, quota: { messages: quota.rows, bytes: quota.bytes }, ...defined({ url, quarantined }) };
}

/** Without what is undefined. */
function defined<Members extends object>(members: Members): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

function unknownLink(): Problem {
  return new Problem('not-found', 'there is no link to this installation');
}
