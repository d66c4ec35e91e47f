import pg from 'pg';
import type { Cell, Figures, Scenario, Stage, Surroundings } from '../scenario.js';
import { building, Closing } from './closing.js';
import { appendFor, Recipients } from './large/appending.js';
import { dropUnderLoad } from './large/dropping.js';
import { fill, makeTenant } from './large/fill.js';
import { openLog } from './large/open-log.js';
import { OPERATIONS, type Subject } from './large/operations.js';
import { shapeOf } from './large/shape.js';
import { SIZED, sizeOf } from './large/sizes.js';

/** The store with as many messages as an installation keeps in a month. */
export const large: Scenario = {
  name: 'large',
  title: 'A large log: the store by itself, with all of it in Postgres',
  onRequest: true,
  roundsMax: 3,
  figures: ['rate', 'rows', 'p50', 'p99', 'longest', 'mib', 'mibPerMillion'],
  compared: ['rate', 'p50'],
  notes: [
    'The store of a node, called directly: no server, no sockets. One call after the other; each is one round trip or a few. `rows` is what the median try gave or wrote.',
    'The log was filled by SQL as appending would have left it: sixty days of messages of 200 bytes that live for thirty, few clients with much and many with little, one entry in 25 an outcome. All of it fits into the memory of the machine.',
    'Tables are without their indexes. The drop is tried once; `longest` beside it is the longest that one append was held up.',
  ],
  prepare: (surroundings) => {
    const closing = new Closing();
    return building(closing, () => prepare(surroundings, closing));
  },
};

async function prepare(surroundings: Surroundings, closing: Closing): Promise<Stage> {
  const { database, messages, durations } = surroundings;
  const shape = shapeOf(messages, Date.now());
  const side = `${messages.toLocaleString('en')} messages`;
  const url = await database.create('large');
  const open = await openLog(url, shape.positionsPerPartition);
  closing.after(() => open.close());
  const filled = await fill(url, open.sql, shape, (line) => console.error(`large: ${line}`));
  const recipients = new Recipients(filled, shape.clients, shape.ttlMs);

  const empty = await openEmpty(surroundings, closing, shape);
  const appends = [1, 100].flatMap((size): Cell[] => {
    const condition = `append, ${size} at a time`;
    return [
      { side: 'empty database', condition, isFloor: true, measure: () => appendFor(empty.open.log, empty.recipients, size, durations) },
      { side, condition, isFloor: false, measure: () => appendFor(open.log, recipients, size, durations) },
    ];
  });
  const subject: Subject = { open, shape, filled, recipients, quick: surroundings.quick };
  const operations = OPERATIONS.filter(({ messagesMin = 0 }) => messagesMin <= messages).map(
    ({ name, measure }): Cell => ({ side, condition: name, isFloor: false, measure: () => measure(subject) }),
  );
  const sizes = SIZED.map((name): Cell => ({ side, condition: `size of ${name}`, isFloor: false, measure: () => sizeOf(open.sql, name, messages) }));

  // Tried once: only one partition is old enough. Its cells come last, as it changes what the others measure.
  let dropping: ReturnType<typeof dropUnderLoad> | undefined;
  const once = (part: 'drop' | 'quietAppends' | 'appendsMeanwhile') => {
    let isTold = false;
    return async (): Promise<Figures> => {
      dropping ??= dropUnderLoad(open, recipients, shape.retentionMs, durations);
      const figures = (await dropping)[part];
      if (isTold) return {};
      isTold = true;
      return figures;
    };
  };
  const drops: [string, () => Promise<Figures>][] = [
    ['drop of the oldest partitions, with survivors', once('drop')],
    ['append, 1 at a time, before the drop', once('quietAppends')],
    ['append, 1 at a time, during the drop', once('appendsMeanwhile')],
  ];
  return {
    cells: [...sizes, ...appends, ...operations, ...drops.map(([condition, measure]): Cell => ({ side, condition, isFloor: false, measure }))],
    close: () => closing.close(),
  };
}

/** A database with a tenant and few clients, and no message yet. */
async function openEmpty({ database }: Surroundings, closing: Closing, shape: Parameters<typeof makeTenant>[1]) {
  const url = await database.create('large_empty');
  const open = await openLog(url);
  closing.after(() => open.close());
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const clients = 10_000;
    const filled = await makeTenant(client, { ...shape, clients });
    return { open, recipients: new Recipients(filled, clients, shape.ttlMs) };
  } finally {
    await client.end();
  }
}
