import { LINK_QUOTA, type LinkChange, Remotes, SILENT } from '@vestnik/core';
import { ManualClock, MemoryBase, MemoryLinkDirectory, MemoryTransit } from '@vestnik/core/memory';
import { Hub } from '../hub/hub.js';
import { readKeyList } from '../identity/key-list.js';
import { PeerKeys } from '../identity/peer-keys.js';
import { decodePacket, encodePacket, isRouted } from '../wire/codec.js';
import type { Packet, RoutedFrame } from '../wire/frames.js';
import { signPacket } from '../wire/signing.js';
import { TestInstallation } from './test-installation.js';

/** An installation of a test, with its hub and the directory and store in memory. */
export class HubHouse {
  readonly installation: TestInstallation;
  readonly directory: MemoryLinkDirectory;
  readonly transit: MemoryTransit;
  readonly remotes: Remotes;
  readonly hub: Hub;
  readonly reports: string[] = [];
  /** What has come for this installation, and what it makes of it. */
  readonly received: { readonly packet: Packet<RoutedFrame>; readonly admitted: boolean }[] = [];
  /** What is to be written to the network, by link. */
  readonly buffered = new Map<string, number>();
  /** What its hub could not carry, by link. */
  readonly notPassed: Packet<RoutedFrame>[] = [];

  constructor(
    readonly name: string,
    clock: ManualClock,
  ) {
    this.installation = new TestInstallation(name, clock);
    const base = new MemoryBase({ installation: name, now: clock.now, newId: () => '' });
    this.directory = new MemoryLinkDirectory(base);
    this.transit = new MemoryTransit(base, this.directory);
    this.remotes = new Remotes(this.directory);
    this.hub = this.newHub(clock);
  }

  get id(): string {
    return this.installation.id;
  }

  private newHub(clock: ManualClock): Hub {
    const { remotes, directory, transit } = this;
    const report = (link: string, text: string) => void this.reports.push(`${remotes.link(link)?.name}: ${text}`);
    return new Hub({ own: () => this.id, remotes, directory, transit, peerKeys: new PeerKeys(), clock, log: SILENT, report });
  }

  async change(neighbour: HubHouse, change: LinkChange): Promise<void> {
    await this.directory.change(neighbour.id, change);
    await this.remotes.refresh();
  }

  /** How it writes another one; undefined: it does not know it. */
  pathTo(other: HubHouse): string | undefined {
    return this.remotes.byInstallationId(other.id)?.path.join('.');
  }
}

/** Installations in one process, and the lines between them: what is sent crosses the codec, and comes in a later turn, in order. */
export class HubNet {
  readonly clock = new ManualClock();
  private readonly houses = new Map<string, HubHouse>();
  private readonly lines = new Set<string>();

  add(name: string): HubHouse {
    const house = new HubHouse(name, this.clock);
    this.houses.set(house.id, house);
    return house;
  }

  /** Each calls the other by its name. */
  async link(one: HubHouse, other: HubHouse, transit: { readonly here: boolean; readonly there: boolean } = { here: true, there: true }): Promise<void> {
    for (const [here, there, through] of [
      [one, other, transit.here],
      [other, one, transit.there],
    ] as const) {
      await here.directory.add({
        id: there.id,
        name: there.name,
        proposedName: there.name,
        state: 'active',
        rootKey: readKeyList(there.installation.listText)?.rootKey as Uint8Array,
        keys: there.installation.listText,
        confirmedHere: true,
        confirmedThere: true,
        words: '',
        transit: through,
        quota: LINK_QUOTA,
      });
      await here.remotes.refresh();
    }
    await this.connect(one, other);
  }

  async connect(one: HubHouse, other: HubHouse): Promise<void> {
    this.lines.add(key(one, other));
    for (const [here, there] of [
      [one, other],
      [other, one],
    ] as const) {
      here.hub.attach(
        there.id,
        (packet) => this.carry(here, there, packet),
        () => here.buffered.get(there.id) ?? 0,
      );
    }
    await this.settle();
  }

  async cut(one: HubHouse, other: HubHouse): Promise<void> {
    this.lines.delete(key(one, other));
    one.hub.detach(other.id);
    other.hub.detach(one.id);
    await this.settle();
  }

  /** Signs as its origin does, and hands it to the neighbour through which it leads. */
  async send(origin: HubHouse, frame: RoutedFrame, body?: Uint8Array): Promise<void> {
    const signed = signPacket({ frame, body }, origin.installation);
    const via = this.houses.get(origin.remotes.byInstallationId(frame.to)?.via ?? '');
    if (via !== undefined) this.carry(origin, via, { ...signed, frame: { ...signed.frame, keys: origin.installation.listText } });
    await this.settle();
  }

  /** As the neighbour that sends it says it is. */
  carry(here: HubHouse, there: HubHouse, packet: Packet): void {
    const bytes = encodePacket(packet);
    queueMicrotask(() => {
      if (!this.lines.has(key(here, there))) return;
      const read = decodePacket(bytes) as Packet;
      if (read.frame.t === 'routes') there.hub.routes(here.id, read.frame);
      if (!isRouted(read)) return;
      const remote = there.remotes.byInstallationId(read.frame.from);
      if (read.frame.to === there.id) there.received.push({ packet: read, admitted: remote !== undefined && there.hub.admits(read, remote, here.id) });
      else if (!there.hub.pass(here.id, read)) there.notPassed.push(read);
    });
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await this.clock.run(0);
  }
}

function key(one: HubHouse, other: HubHouse): string {
  return [one.id, other.id].sort().join(' ');
}
