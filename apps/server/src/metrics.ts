import type { ManagedLink } from '@vestnik/management';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { linkMetrics } from './link-metrics.js';

/** What a node counts, in the text form of Prometheus; names begin with `vestnik_`. */
export class Metrics {
  readonly registry = new Registry();
  /** Counted as plain numbers: the library's counters cost as much as a tenth of a push. */
  private readonly counts = { durable: 0, transient: 0, recipients: 0, delivered: 0 };
  readonly credentialsRefused: Counter;

  constructor(gauges: {
    readonly links: () => Promise<readonly ManagedLink[]>;
    readonly sessions: () => number;
    readonly waiting: () => number;
    readonly nodes: () => number;
    readonly tenants: () => number;
  }) {
    const { registry } = this;
    const registers = [registry];
    collectDefaultMetrics({ register: registry, prefix: 'vestnik_' });
    const { counts } = this;
    new Counter({
      name: 'vestnik_messages_accepted_total',
      help: 'Messages that were accepted.',
      labelNames: ['durable'],
      registers,
      collect() {
        this.reset();
        this.inc({ durable: 'true' }, counts.durable);
        this.inc({ durable: 'false' }, counts.transient);
      },
    });
    const counter = (name: string, help: string, read: () => number) =>
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    counter('vestnik_message_recipients_total', 'Recipients of accepted messages; * counts as one.', () => counts.recipients);
    counter('vestnik_messages_delivered_total', 'Durable messages that were handed to a session.', () => counts.delivered);
    this.credentialsRefused = new Counter({ name: 'vestnik_credentials_refused_total', help: 'Keys, tokens and passwords that were refused.', registers });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge('vestnik_sessions', 'Live sessions on this node.', gauges.sessions);
    gauge('vestnik_intake_waiting', 'Sends that wait for their commit.', gauges.waiting);
    gauge('vestnik_nodes', 'Nodes of the installation that this one has heard of lately, itself included.', gauges.nodes);
    gauge('vestnik_tenants', 'Tenants of the installation.', gauges.tenants);
    linkMetrics(registry, gauges.links);
  }

  onAccepted(durable: boolean, recipients: number): void {
    if (durable) this.counts.durable++;
    else this.counts.transient++;
    this.counts.recipients += recipients;
  }

  onDelivered(): void {
    this.counts.delivered++;
  }
}
