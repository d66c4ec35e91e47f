import type { LinkDirectory } from '../ports/links.js';
import { type KeptPacket, TRANSIT, type Transit, type TransitContent, type TransitLimits, type TransitPacket } from '../ports/transit.js';
import type { MemoryBase } from './memory-base.js';

interface KeptRow extends KeptPacket {
  readonly destination: string;
  readonly origin: string;
  /** The remotes that these were: when one of them is forgotten, the row is. */
  readonly remotes: string;
  readonly content: TransitContent;
  readonly at: number;
}

/** What a hub keeps, in memory. */
export class MemoryTransit implements Transit {
  /** In the order of their positions. */
  private rows: KeptRow[] = [];

  /** @param limits smaller in tests */
  constructor(
    private readonly base: MemoryBase,
    private readonly directory: Pick<LinkDirectory, 'remotes'>,
    private readonly limits: TransitLimits = TRANSIT,
  ) {}

  async keep({ destination, origin, content, packet }: TransitPacket): Promise<'kept' | 'full' | 'unreached'> {
    await this.base.enter('keepTransit');
    const { ids, via } = await this.look();
    const remotes = `${ids.get(destination)} ${ids.get(origin)}`;
    const link = via.get(destination);
    if (link === undefined || !ids.has(origin)) return 'unreached';
    const isOfPair = (row: KeptRow) => row.destination === destination && row.origin === origin;
    const row = { destination, origin, remotes, content, packet: Uint8Array.from(packet), at: this.base.now() };

    if (content.kind === 'have') {
      this.rows = this.rows.filter(
        (one) => !isOfPair(one) || one.content.kind !== 'have' || !one.content.epochs.every((epoch) => content.epochs.includes(epoch)),
      );
      this.add(row);
      const haves = this.rows.filter((one) => isOfPair(one) && one.content.kind === 'have').slice(0, -this.limits.pairHaves);
      this.rows = this.rows.filter((one) => !haves.includes(one));
      return 'kept';
    }

    const old = this.rows.find(
      (one) => isOfPair(one) && one.content.kind === 'bundle' && one.content.epoch === content.epoch && one.content.first === content.first,
    );
    const others = this.rows.filter((one) => one !== old);
    if (old?.content.kind === 'bundle' && old.content.last >= content.last) {
      this.rows = others;
      this.add(old);
      return 'kept';
    }
    const pair = others.filter((one) => isOfPair(one) && one.content.kind === 'bundle');
    const leaving = others.filter((one) => via.get(one.destination) === link && one.content.kind === 'bundle');
    const isFull =
      pair.reduce((sum, one) => sum + messagesOf(one.content), messagesOf(content)) > this.limits.pairMessages ||
      pair.reduce((sum, one) => sum + one.packet.length, packet.length) > this.limits.pairBytes ||
      leaving.reduce((sum, one) => sum + one.packet.length, packet.length) > this.limits.linkBytes;
    if (isFull) return 'full';
    this.rows = others;
    this.add(row);
    return 'kept';
  }

  async take(link: string, after: number, limit: number): Promise<KeptPacket[]> {
    await this.base.enter('takeTransit');
    const { via } = await this.look();
    const page = this.rows.filter((row) => row.position > after && via.get(row.destination) === link).slice(0, limit);
    this.rows = this.rows.filter((row) => row.content.kind === 'bundle' || !page.includes(row));
    return page.map(({ position, packet }) => ({ position, packet }));
  }

  async cover(destination: string, origin: string, cursors: readonly (readonly [epoch: number, number: number])[]): Promise<void> {
    await this.base.enter('coverTransit');
    this.rows = this.rows.filter(({ content, ...row }) => {
      if (row.destination !== destination || row.origin !== origin || content.kind !== 'bundle') return true;
      return !cursors.some(([epoch, number]) => epoch === content.epoch && content.last <= number);
    });
  }

  async expire(limit: number): Promise<number> {
    await this.base.enter('expireTransit');
    const before = this.base.now() - this.limits.keptMs;
    const old = this.rows.filter(({ at }) => at < before).slice(0, limit);
    this.rows = this.rows.filter((row) => !old.includes(row));
    return old.length;
  }

  private add(row: Omit<KeptRow, 'position'>): void {
    this.rows.push({ ...row, position: this.base.nextPosition() });
  }

  /** Where installations are reached now. What was kept for, or from, one that was forgotten is gone. */
  private async look(): Promise<{ readonly ids: ReadonlyMap<string, number>; readonly via: ReadonlyMap<string, string> }> {
    const remotes = await this.directory.remotes();
    const ids = new Map(remotes.map(({ id, installation }) => [installation, id]));
    this.rows = this.rows.filter((row) => row.remotes === `${ids.get(row.destination)} ${ids.get(row.origin)}`);
    return { ids, via: new Map(remotes.map(({ installation, via }) => [installation, via])) };
  }
}

function messagesOf(content: TransitContent): number {
  return content.kind === 'bundle' ? content.last - content.first + 1 : 0;
}
