import { depthOf, formatAddress, LIMITS, type LineTransient, lineTransientSchema, onOneLine, Problem, rawMember } from '@vestnik/protocol';
import { binaryOf, messageParams, Push } from '../delivery/push.js';
import { readParams, writtenHere } from '../line/foreign.js';
import type { Clock } from '../ports/clock.js';
import type { Line, LineRequest } from '../ports/line.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import type { NodeBus } from '../ports/node-bus.js';
import type { Receivers } from '../presence/receivers.js';
import type { SessionRegistry } from '../presence/session-registry.js';
import type { Resolver } from './resolve.js';

export interface TransientFromRemoteParts {
  readonly installation: string;
  readonly line: Line;
  readonly resolver: Resolver;
  readonly mailboxes: Pick<Mailboxes, 'cached' | 'find'>;
  readonly sessions: SessionRegistry;
  readonly receivers: Receivers;
  readonly bus: NodeBus;
  readonly clock: Clock;
}

/**
 * Transient messages of other installations: handed to the sessions that are connected now. What is not accepted, or reaches nobody, is
 * dropped without a word, and makes no client known. What one sender tells one address arrives in the order in which it came.
 */
export class TransientFromRemote {
  /** What is looked up for a sender and an address: what comes after waits for it. */
  private readonly before = new Map<string, Promise<void>>();

  constructor(private readonly parts: TransientFromRemoteParts) {
    parts.line.serve('transient', async (request) => {
      await this.inOrder(request);
      return undefined;
    });
  }

  private async inOrder({ remote, params: text }: LineRequest): Promise<void> {
    const message = readParams(lineTransientSchema, text);
    const from = writtenHere(message.from, remote);
    const key = `${from} ${formatAddress(message.to.addressee, message.to.tenant ?? '', [])}`;
    const turn = (this.before.get(key) ?? Promise.resolve()).then(() => this.handOver(from, message, text));
    const settled = turn
      .catch(() => {})
      .then(() => {
        if (this.before.get(key) === settled) this.before.delete(key);
      });
    this.before.set(key, settled);
    await turn;
  }

  private async handOver(from: string, { id, to, type, correlationId, contentType, traceparent }: LineTransient, text: string): Promise<void> {
    const { installation, resolver, mailboxes, sessions, receivers, bus, clock } = this.parts;
    const place = await resolver.callableForeign(from, to, 'send').catch((error: unknown) => {
      if (error instanceof Problem) return undefined;
      throw error;
    });
    if (place === undefined) return;
    const { tenant } = place;
    const { kind } = to.addressee;
    const topic = kind === 'topic' ? to.addressee.name : undefined;
    const data = onOneLine(rawMember(text, 'data') ?? 'null');
    if (depthOf(data) > LIMITS.jsonDepth || Buffer.byteLength(data) > tenant.settings.maxDataBytes) return;
    const everyone = kind === 'everyone' ? (mailboxes.cached(tenant.id, 'everyone', '') ?? (await mailboxes.find(tenant.id, 'everyone', ['']))[0]) : undefined;
    const mailbox = kind === 'everyone' ? everyone : place.mailbox;
    if (mailbox === undefined && topic === undefined) return;
    const session = to.addressee.kind === 'session' ? to.addressee.session : undefined;
    if (session !== undefined && mailbox !== undefined && !sessions.has(mailbox.id, session)) return;
    const address = formatAddress(to.addressee, tenant.name, [installation]);
    const params = messageParams({ id, from, sentAt: clock.now(), type, data, correlationId, contentType, traceparent }, address, {});
    const push = new Push('message', params, binaryOf({ contentType }));
    if (topic !== undefined) receivers.handTopic(tenant.id, topic, push);
    else if (mailbox !== undefined) receivers.hand(mailbox.id, session, push);
    if (bus.others() > 0) bus.publish({ kind: 'transient', tenantId: tenant.id, mailboxId: mailbox?.id ?? 0, session, params, contentType, topic });
  }
}
