import type { ManagedLink } from '@vestnik/management';
import { Gauge, type Registry } from 'prom-client';

interface Figure {
  readonly name: string;
  readonly help: string;
  readonly read: (link: ManagedLink) => number | undefined;
}

const FIGURES: readonly Figure[] = [
  { name: 'vestnik_link_connected', help: 'Whether a link to another installation is connected.', read: ({ status }) => (status?.connected === true ? 1 : 0) },
  { name: 'vestnik_link_queue_messages', help: 'What waits for the other side of a link.', read: ({ queue }) => queue.messages },
  { name: 'vestnik_link_queue_bytes', help: 'The same, in bytes.', read: ({ queue }) => queue.bytes },
  {
    name: 'vestnik_link_oldest_seconds',
    help: 'How long the oldest of it has waited.',
    read: ({ queue }) => (queue.oldestAt === undefined ? 0 : Math.max(0, (Date.now() - queue.oldestAt) / 1_000)),
  },
  { name: 'vestnik_link_sent', help: 'What went over a link since it is connected.', read: ({ status }) => status?.sent ?? 0 },
  { name: 'vestnik_link_received', help: 'What came over a link since it is connected.', read: ({ status }) => status?.received ?? 0 },
  {
    name: 'vestnik_link_round_trip_seconds',
    help: 'There and back, at the last ping.',
    read: ({ status }) => (status?.connected !== true || status.roundTrip === undefined ? undefined : status.roundTrip / 1_000),
  },
];

/** The figures of each link, by the name that this installation gives the other. Whichever node is asked tells those of all. */
export function linkMetrics(registry: Registry, links: () => Promise<readonly ManagedLink[]>): void {
  let asked: { readonly at: number; readonly links: Promise<readonly ManagedLink[]> } | undefined;
  // All figures of one look are of one moment.
  const look = () => {
    if (asked === undefined || performance.now() - asked.at > 500) asked = { at: performance.now(), links: links().catch(() => []) };
    return asked.links;
  };
  for (const { name, help, read } of FIGURES) {
    new Gauge({
      name,
      help,
      labelNames: ['link'],
      registers: [registry],
      async collect() {
        this.reset();
        for (const link of await look()) {
          const value = read(link);
          if (value !== undefined) this.set({ link: link.link.name }, value);
        }
      },
    });
  }
}
