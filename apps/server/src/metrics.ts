import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** What a node counts, in the text form of Prometheus; names begin with `vestnik_`. */
export class Metrics {
  readonly registry = new Registry();
  private readonly accepted: Counter<'durable'>;
  private readonly recipients: Counter;
  readonly delivered: Counter;
  readonly credentialsRefused: Counter;

  constructor(gauges: { readonly sessions: () => number; readonly waiting: () => number; readonly nodes: () => number; readonly tenants: () => number }) {
    const { registry } = this;
    const registers = [registry];
    collectDefaultMetrics({ register: registry, prefix: 'vestnik_' });
    this.accepted = new Counter({ name: 'vestnik_messages_accepted_total', help: 'Messages that were accepted.', labelNames: ['durable'], registers });
    this.recipients = new Counter({ name: 'vestnik_message_recipients_total', help: 'Recipients of accepted messages; * counts as one.', registers });
    this.delivered = new Counter({ name: 'vestnik_messages_delivered_total', help: 'Durable messages that were handed to a session.', registers });
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
  }

  onAccepted(durable: boolean, recipients: number): void {
    this.accepted.inc({ durable: String(durable) });
    this.recipients.inc(recipients);
  }
}
