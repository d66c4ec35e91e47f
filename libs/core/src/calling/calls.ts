import { type Address, type CallResult, callSchema, depthOf, invalid, LIMITS, onOneLine, Problem, parseAddress, parseWith, rawMember } from '@vestnik/protocol';
import { type Principal, requireScope } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import type { Caller } from '../delivery/caller.js';
import type { Delivery } from '../delivery/delivery.js';
import { isoTime } from '../delivery/push.js';
import type { Session } from '../delivery/session.js';
import { MultiMap } from '../multi-map.js';
import type { Clock } from '../ports/clock.js';
import type { NodeBus, SessionSummary } from '../ports/node-bus.js';
import type { Subscriptions } from '../ports/subscriptions.js';
import type { SessionRegistry } from '../presence/session-registry.js';
import type { Callable, Resolver } from '../sending/resolve.js';
import { type CalledAnswer, CallWire } from './call-wire.js';
import { OpenCall } from './open-call.js';
import { Targets } from './targets.js';

export type { CalledAnswer };

export interface CallParts {
  readonly delivery: Delivery;
  readonly resolver: Resolver;
  readonly tenants: Tenants;
  readonly sessions: SessionRegistry;
  readonly bus: NodeBus;
  readonly clock: Clock;
  /** Makes ids that nobody guesses. */
  readonly newId: () => string;
  readonly subscriptions: Pick<Subscriptions, 'subscribers'>;
}

/** A call that was read at the door. */
interface Request {
  readonly address: Address;
  readonly method: string;
  /** JSON text, as it was sent, on one line. */
  readonly params: string;
  readonly timeoutMs: number;
  readonly answer: 'one' | 'first' | 'all';
}

/**
 * Calls to live sessions: never stored, never repeated by the bus, kept in no order.
 *
 * Sessions are called whatever their scopes; who calls needs `call`, and for `*` and topics what a send to them needs.
 */
export class Calls {
  private readonly wire: CallWire;
  private readonly targets: Targets;
  /** Calls that wait for answers, by the session that called. */
  private readonly bySession = new MultiMap<string, OpenCall>();
  private readonly open = new Set<OpenCall>();
  /** How many each client has under way on this node. */
  private readonly underWay = new Map<string, number>();
  private draining = false;

  constructor(private readonly parts: CallParts) {
    const { delivery, sessions, bus, clock, subscriptions } = parts;
    this.wire = new CallWire({ delivery, sessions, bus, clock, check: (session, answer) => this.check(session, answer) });
    this.targets = new Targets({ sessions, delivery, subscriptions });
    sessions.onChange(({ kind, summary, here }) => {
      if (kind === 'closed' && here) for (const call of this.bySession.of(summary.session)) call.abandon('the calling session is gone');
    });
  }

  /**
   * Calls a client and waits.
   *
   * @param params what came as the params of `call`, parsed
   * @param raw their JSON text, as it was sent
   * @param signal aborted when nobody waits for the answer any more
   * @throws Problem at once or by the promise: `client-offline` where nobody is there, `call-timeout`, `call-interrupted`, `call-failed` with the called client's own `error`
   */
  call(caller: Caller, params: unknown, raw: string | undefined, signal: AbortSignal | undefined = caller.signal): Promise<CallResult> {
    const { principal } = caller;
    requireScope(principal, 'call');
    if (this.draining) throw new Problem('draining', 'this node is shutting down; try again', { retryAfter: 1 });
    const request = this.read(principal, params, raw);
    const release = this.reserve(principal);
    try {
      const known = this.parts.resolver.callableKnown(principal, request.address);
      const found = known === undefined ? undefined : this.sessionsOf(caller, request, known);
      const called =
        known === undefined || found === undefined || found instanceof Promise
          ? this.lookUp(caller, request, signal)
          : this.begin(caller, request, known, found, signal);
      return called.finally(release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** A session of this node has answered a call that was pushed to it. */
  answered(session: Session, id: string, answer: CalledAnswer): void {
    this.wire.answered(session.session, id, answer);
  }

  /** A session of this node will not answer a call that was pushed to it, and may have carried it out: the call ends as `call-interrupted`. */
  interrupted(session: Session, id: string): void {
    this.wire.interrupted(session.session, id);
  }

  /** Takes no more calls and ends those that are under way: the node goes down. */
  drain(): void {
    this.draining = true;
    for (const call of this.open) call.abandon('this node is shutting down; the call may have been carried out');
  }

  private read(principal: Principal, params: unknown, raw: string | undefined): Request {
    const { to, method, timeout, answer = 'one' } = parseWith(callSchema, params, 'request-invalid');
    const address = parseAddress(to);
    const { kind } = address.addressee;
    if (answer !== 'all' && (kind === 'topic' || kind === 'everyone')) {
      throw invalid('address-invalid', 'to', 'topics and * are called with "answer": "all"');
    }
    const written = raw === undefined ? undefined : rawMember(raw, 'params');
    const text = written === undefined ? 'null' : onOneLine(written);
    const { maxDataBytes } = (this.parts.tenants.byId(principal.tenant.id) ?? principal.tenant).settings;
    if (isLarger(text, maxDataBytes)) {
      throw new Problem('data-too-large', `params: the tenant allows ${maxDataBytes} bytes`, {
        errors: [{ path: 'params', message: `at most ${maxDataBytes} bytes` }],
        limit: maxDataBytes,
      });
    }
    return { address, method, params: text, timeoutMs: (timeout ?? LIMITS.callSeconds) * 1000, answer };
  }

  /** Counts a call of a client. @returns to be called when it has ended */
  private reserve({ tenant, client }: Principal): () => void {
    const key = `${tenant.id} ${client}`;
    const count = this.underWay.get(key) ?? 0;
    if (count >= LIMITS.callsPerClient) {
      throw new Problem('rate-limited', `a client has ${LIMITS.callsPerClient} open calls at most`, { retryAfter: 1 });
    }
    this.underWay.set(key, count + 1);
    return () => {
      const left = (this.underWay.get(key) ?? 1) - 1;
      if (left > 0) this.underWay.set(key, left);
      else this.underWay.delete(key);
    };
  }

  /** Where the store, or whoever knows subscriptions, has to be asked first. */
  private async lookUp(caller: Caller, request: Request, signal: AbortSignal | undefined): Promise<CallResult> {
    const called = await this.parts.resolver.callable(caller.principal, request.address);
    const found = await this.sessionsOf(caller, request, called);
    if (caller.live?.alive === false) throw new Problem('call-interrupted', 'the calling session is gone');
    return this.begin(caller, request, called, found, signal);
  }

  private sessionsOf(caller: Caller, { address }: Request, called: Callable): readonly SessionSummary[] | Promise<readonly SessionSummary[]> {
    return this.targets.sessionsOf(called, address, caller.session);
  }

  private begin(
    caller: Caller,
    request: Request,
    { tenant, told }: Callable,
    found: readonly SessionSummary[],
    signal: AbortSignal | undefined,
  ): Promise<CallResult> {
    const { clock, resolver } = this.parts;
    const { address, method, params, timeoutMs, answer } = request;
    const direct = address.addressee.kind === 'client' || address.addressee.kind === 'session';
    if (found.length === 0 && told && direct) throw new Problem('client-offline', 'the client has no session now');
    if (signal?.aborted === true) throw new Problem('call-interrupted', 'whoever called is gone');

    // It names this node: whoever reads a log can tell whose call it is.
    const id = `${this.parts.bus.nodeId}.${this.parts.newId()}`;
    const timer = clock.after(timeoutMs, () => call.deadline());
    const abandoned = () => call.abandon('whoever called is gone');
    // A call by HTTP is waited for by its request, whatever becomes of the session that it names.
    const calling = signal === undefined ? caller.live?.session : undefined;
    const call = new OpenCall({
      id,
      answer,
      told,
      addressOf: ({ client, session }) => `${resolver.addressOf(client, tenant.name)}/${session}`,
      onEnd: () => {
        timer.cancel();
        this.open.delete(call);
        if (calling !== undefined) this.bySession.delete(calling, call);
        signal?.removeEventListener('abort', abandoned);
        this.wire.end(call);
      },
    });
    this.open.add(call);
    if (calling !== undefined) this.bySession.add(calling, call);
    signal?.addEventListener('abort', abandoned, { once: true });

    const chosen = answer === 'one' ? this.targets.lastActive(found) : undefined;
    for (const summary of chosen === undefined ? found : [chosen]) call.pending.set(summary.session, summary);
    const from = resolver.addressOf(caller.principal.client, caller.principal.tenant.name);
    const deadline = isoTime(clock.now() + timeoutMs);
    try {
      this.wire.begin(call, `{"from":"${from}","method":${JSON.stringify(method)},"params":${params},"deadline":"${deadline}"}`);
    } catch (error) {
      call.outcome.catch(() => {});
      call.abandon('the call could not be handed over');
      throw error;
    }
    if (answer === 'all') call.endWhenComplete();
    return call.outcome;
  }

  /** What the bus has against an answer: it is passed on within the called tenant's own limits. */
  private check({ tenantId }: SessionSummary, answer: CalledAnswer): Problem | undefined {
    const text = answer.error ?? answer.result;
    const maxDataBytes = this.parts.tenants.byId(tenantId)?.settings.maxDataBytes;
    if (maxDataBytes !== undefined && isLarger(text, maxDataBytes)) {
      return new Problem('data-too-large', `the called client answered with more than the ${maxDataBytes} bytes that its tenant allows`, {
        limit: maxDataBytes,
      });
    }
    if (depthOf(text) <= LIMITS.jsonDepth) return undefined;
    return new Problem('data-too-large', `the called client answered with JSON that is nested deeper than ${LIMITS.jsonDepth} levels`, {
      limit: LIMITS.jsonDepth,
    });
  }
}

/** A character is three bytes of UTF-8 at most. */
function isLarger(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax;
}
