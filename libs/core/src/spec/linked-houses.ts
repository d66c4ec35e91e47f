import { Remotes } from '../access/remotes.js';
import { ManualClock, MemoryLines } from '../memory/index.js';
import type { LinkLog } from '../ports/link-log.js';
import { MemoryHouse, type MemoryNode } from './memory-house.js';

/** Two installations with a line between them, one clock for both: `hq` calls the other `branch-7`, which calls it `head`. */
export class LinkedHouses {
  readonly clock = new ManualClock();
  readonly lines = new MemoryLines(this.clock);
  readonly hq = new MemoryHouse({ installation: 'hq', clock: this.clock });
  readonly branch = new MemoryHouse({ installation: 'branch', clock: this.clock });

  constructor() {
    this.lines.link('hq', ['branch-7'], 'branch', ['head']);
    this.hq.base.beginEpoch(1);
    this.branch.base.beginEpoch(1);
  }

  async node(house: MemoryHouse, nodeId = 'n1'): Promise<MemoryNode> {
    const remotes = new Remotes(this.lines.directoryOf(house.installation));
    await remotes.refresh();
    // Nothing durable crosses here.
    const log = { heads: () => Promise.resolve([]), expireOutboxes: () => Promise.resolve([]) } as Partial<LinkLog> as LinkLog;
    const node = house.node(nodeId, {}, { remotes, log, line: this.lines.join(house.installation) });
    await node.delivery.readEpochs();
    return node;
  }

  cut(): void {
    this.lines.cut('hq', 'branch');
  }

  mend(): void {
    this.lines.mend('hq', 'branch');
  }

  /** Lets everything that is under way settle, without time passing. */
  settle(): Promise<void> {
    return this.clock.run(0);
  }
}
