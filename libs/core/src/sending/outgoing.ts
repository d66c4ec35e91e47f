import { LIMITS, type OutgoingMessage, Problem, parseJson, rawMember, readMessage, readName, type SendAnswer } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import type { Outgoing, StagedMessage, StagedTenant } from '../ports/outgoing.js';
import type { Tenant } from '../ports/tenant.js';
import type { Intake } from './intake.js';
import type { Resolver } from './resolve.js';
import type { Sending, Staged } from './sending.js';

/** Messages that are taken off the stage together; a batch of the intake has as many. */
const PAGE = 500;
/** After a store that failed, or a turn that was another node's, it is tried again. */
const AGAIN_MS = 250;

/** What the sender may be told only later, and what is nobody's fault but the store's or the moment's. */
const PASSING: ReadonlySet<string> = new Set(['unavailable', 'storage-full', 'draining', 'conflict']);

export interface MoverParts {
  readonly outgoing: Outgoing;
  readonly sending: Sending;
  readonly intake: Intake;
  readonly resolver: Resolver;
  readonly mailboxes: Mailboxes;
  readonly tenants: Tenants;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes ids: UUIDv7, growing. */
  readonly newId: () => string;
}

/** What a staged message turned out to be. */
type Read = { readonly kind: 'message'; readonly message: OutgoingMessage } | { readonly kind: 'wrong'; readonly problem: Problem };

/**
 * Takes what was sent from SQL into the log: each tenant's in order, all tenants beside one another, so that none waits
 * for another one's lock or flood.
 *
 * What nobody takes is not lost: it is stored as refused under the id that the sender was told, with the reason, and where
 * a receipt was wanted that is sent.
 */
export class OutgoingMover {
  private readonly moving = new Set<number>();
  private looking = false;
  private lookAgain = false;
  private stopped = false;
  private timer: Timer | undefined;
  private readonly idling: (() => void)[] = [];

  constructor(private readonly parts: MoverParts) {}

  start(): Promise<void> {
    return this.parts.outgoing.start(() => this.wake());
  }

  /** Begins nothing more. Resolves when what was begun has come to its end. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.parts.outgoing.close();
    if (this.moving.size > 0 || this.looking) await new Promise<void>((resolve) => this.idling.push(resolve));
  }

  /** Something may have been staged. */
  wake(): void {
    if (this.stopped) return;
    this.lookAgain = true;
    if (!this.looking) void this.look();
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.lookAgain && !this.stopped) {
      this.lookAgain = false;
      try {
        for (const staged of await this.parts.outgoing.tenants()) {
          if (this.moving.has(staged.tenantId)) continue;
          this.moving.add(staged.tenantId);
          void this.move(staged);
        }
      } catch (error) {
        this.parts.log.debug('what was sent from SQL could not be looked for; it is tried again', { error });
        this.wakeLater();
      }
    }
    this.looking = false;
    this.tellIdle();
  }

  /** Moves what one tenant has staged up to a number, and looks again: more may have come meanwhile. Never throws. */
  private async move({ tenantId, upTo }: StagedTenant): Promise<void> {
    let whole = false;
    try {
      whole = await this.moveUpTo(tenantId, upTo);
    } catch (error) {
      this.parts.log.warn('messages from SQL could not be taken; it is tried again', { error });
    }
    this.moving.delete(tenantId);
    if (whole) this.wake();
    else this.wakeLater();
    this.tellIdle();
  }

  /** @returns false where something stays behind: what comes after it waits with it */
  private async moveUpTo(tenantId: number, upTo: number): Promise<boolean> {
    let tenant = this.parts.tenants.byId(tenantId);
    if (tenant === undefined) {
      await this.parts.tenants.refresh();
      tenant = this.parts.tenants.byId(tenantId);
    }
    for (let after = 0; !this.stopped; ) {
      const page = await this.parts.outgoing.page(tenantId, after, upTo, PAGE);
      const last = page.at(-1);
      if (last === undefined) return true;
      if (tenant === undefined) {
        // Its tenant is gone: nobody can ask what became of it.
        for (const { number } of page) await this.parts.outgoing.discard(tenantId, number);
      } else if (!(await this.movePage(tenant, page))) {
        return false;
      }
      if (last.number >= upTo) return true;
      after = last.number;
    }
    return true;
  }

  private async movePage(tenant: Tenant, page: readonly StagedMessage[]): Promise<boolean> {
    const first = (page[0] as StagedMessage).number;
    const all = page.map((staged) => ({ staged: { ...staged, first }, principal: principalOf(tenant, staged), read: read(staged) }));
    await Promise.all(all.map(({ principal, read }) => this.parts.sending.prepare(principal, read.kind === 'message' ? read.message.to : [])));
    const moved: (Promise<boolean> | boolean)[] = [];
    for (const { staged, principal, read } of all) {
      const { done, blocks } = this.moveOne(principal, staged, read);
      moved.push(done);
      if (blocks) await done;
    }
    return (await Promise.all(moved)).every(Boolean);
  }

  /**
   * What can be begun at once has begun when this returns, so that what follows comes after it, in the same batch.
   * @returns `done`: false where it stays on the stage; `blocks`: what follows has to wait for it
   */
  private moveOne(principal: Principal, staged: Staged & StagedMessage, read: Read): { done: Promise<boolean>; blocks: boolean } {
    const failed = (error: unknown) => this.failed(principal, staged, read, error);
    if (read.kind === 'wrong') return { done: failed(read.problem), blocks: false };
    const ended = (answer: SendAnswer) => {
      if (answer.duplicate !== true) return true;
      return failed(new Problem('conflict', `key: it was used before, and sent as ${answer.id}`, { duplicateOf: answer.id }));
    };
    const { sending } = this.parts;
    try {
      const known = sending.sendKnown(principal, read.message, staged);
      const sent = known ?? sending.send(principal, read.message, staged);
      return { done: Promise.resolve(sent).then(ended, failed), blocks: known === undefined };
    } catch (error) {
      return { done: failed(error), blocks: false };
    }
  }

  /** What is not the message's own fault passes; else it is stored as refused. */
  private async failed(principal: Principal, staged: Staged & StagedMessage, read: Read, error: unknown): Promise<boolean> {
    const { log } = this.parts;
    if (isPassing(error)) return false;
    if (!(error instanceof Problem)) log.error('a message from SQL could not be stored', { id: staged.id, error });
    try {
      await this.refuse(principal, staged, read, error instanceof Problem ? error : new Problem('internal', 'it could not be stored'));
      return true;
    } catch (again) {
      if (isPassing(again)) return false;
      log.error('a message from SQL could not be written down as refused, and is lost', { id: staged.id, error: again });
      await this.parts.outgoing.discard(staged.tenantId, staged.number);
      return true;
    }
  }

  /** Stores under its id that nobody took it. The receipt comes first: it may come twice, but not be lost. */
  private async refuse(principal: Principal, staged: Staged & StagedMessage, read: Read, problem: Problem): Promise<void> {
    const { mailboxes, resolver, intake, newId, clock } = this.parts;
    const tenant = principal.tenant;
    const senderId =
      mailboxes.cached(tenant.id, 'client', principal.client)?.id ?? (await mailboxes.ensure(tenant.id, 'client', [principal.client]))[0]?.mailbox.id;
    if (senderId === undefined) throw new Error('the sender was neither found nor made');
    const { type, data, to, receipt, correlationId } = told(staged, read);
    const { data: error } = problem.toRpc();
    const appends: Promise<{ kind: string }>[] = [];
    if (receipt && problem.extra.duplicateOf === undefined) {
      for (const address of to) {
        const body = { id: staged.id, recipient: address, state: 'refused', at: new Date(clock.now()).toISOString(), reason: problem.detail, correlationId };
        appends.push(
          intake.append({
            message: {
              id: newId(),
              tenantId: tenant.id,
              senderId: 0,
              from: resolver.addressOf('vestnik', tenant.name),
              type: 'vestnik.receipt',
              data: JSON.stringify(body),
              receipt: false,
            },
            destinations: [
              {
                tenantId: tenant.id,
                mailboxId: senderId,
                to: resolver.addressOf(principal.client, tenant.name),
                ttl: tenant.settings.ttl,
                ttlIsDefault: true,
              },
            ],
          }),
        );
      }
    }
    appends.push(
      intake.append({
        message: {
          id: staged.id,
          tenantId: tenant.id,
          senderId: senderId,
          from: resolver.addressOf(principal.client, tenant.name),
          type,
          data,
          correlationId,
          receipt: false,
        },
        destinations: [],
        refused: JSON.stringify(to.map((address) => ({ address, state: 'refused', error }))),
        staged: { number: staged.number, first: staged.first },
      }),
    );
    const appended = await Promise.all(appends);
    if (appended.at(-1)?.kind === 'gone') throw new Problem('conflict', 'it is not its turn yet');
    this.parts.log.info('a message from SQL was refused', { tenant: tenant.name, id: staged.id, slug: problem.slug });
  }

  private wakeLater(): void {
    if (this.stopped) return;
    this.timer?.cancel();
    this.timer = this.parts.clock.after(AGAIN_MS, () => this.wake());
  }

  private tellIdle(): void {
    if (this.moving.size === 0 && !this.looking) for (const resolve of this.idling.splice(0)) resolve();
  }
}

/** A duplicate stays one; another conflict is of the moment. */
function isPassing(error: unknown): boolean {
  return error instanceof Problem && error.extra.duplicateOf === undefined && PASSING.has(error.slug);
}

function principalOf(tenant: Tenant, { client, broadcast }: StagedMessage): Principal {
  return { kind: 'key', tenant, client: readName(client) ?? client, scopes: new Set(broadcast ? ['send', 'broadcast'] : ['send']) };
}

/** A message as `vestnik.send` took it; what that could not check is checked here. */
function read({ client, text }: StagedMessage): Read {
  try {
    if (readName(client) === undefined) throw new Problem('message-invalid', 'the client in vestnik.sql_sender is not a name');
    const message = readMessage(parseJson(text, LIMITS.jsonDepth + 1), rawMember(text, 'data'));
    if (!message.durable) throw new Problem('message-invalid', 'durable: what is sent from SQL is durable');
    return { kind: 'message', message };
  } catch (error) {
    if (error instanceof Problem) return { kind: 'wrong', problem: error };
    throw error;
  }
}

/** What is kept of a message that nobody took, as far as it can be read. */
function told({ text }: StagedMessage, read: Read): { type: string; data: string; to: string[]; receipt: boolean; correlationId?: string } {
  let value: Record<string, unknown> = {};
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Its form was checked when it was staged.
  }
  const to = (Array.isArray(value.to) ? value.to : [value.to]).filter((address) => typeof address === 'string');
  const type = typeof value.type === 'string' ? value.type : 'unknown';
  if (read.kind === 'message') return { type, data: read.message.data, to, receipt: read.message.receipt, correlationId: read.message.correlationId };
  return { type, data: JSON.stringify(value.data ?? null), to, receipt: value.receipt === true };
}
