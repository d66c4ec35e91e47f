import {
  type CallResult,
  callSchema,
  depthOf,
  formatAddress,
  invalid,
  LIMITS,
  onOneLine,
  Problem,
  parseAddress,
  parseWith,
  rawMember,
} from '@vestnik/protocol';
import { type Principal, requireScope } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import type { Caller } from '../delivery/caller.js';
import type { Delivery } from '../delivery/delivery.js';
import { isoTime } from '../delivery/push.js';
import type { Session } from '../delivery/session.js';
import { MultiMap } from '../multi-map.js';
import type { Observer } from '../observing/observer.js';
import type { Clock } from '../ports/clock.js';
import { type Line, NO_LINE } from '../ports/line.js';
import type { NodeBus, SessionSummary } from '../ports/node-bus.js';
import type { Subscriptions } from '../ports/subscriptions.js';
import type { Tenant } from '../ports/tenant.js';
import type { SessionRegistry } from '../presence/session-registry.js';
import type { Callable, ElseWhere, Resolver } from '../sending/resolve.js';
import type { CallRequest } from './call-request.js';
import { type CalledAnswer, CallWire } from './call-wire.js';
import { ForeignCalls } from './foreign-calls.js';
import { ANSWERS_CHARACTERS_MAX, OpenCall } from './open-call.js';
import { callElsewhere } from './remote-calls.js';
import { Targets } from './targets.js';

export type { CalledAnswer };

export interface CallParts {
  readonly delivery: Delivery;
  readonly resolver: Resolver;
  readonly tenants: Tenants;
  readonly sessions: SessionRegistry;
  readonly bus: NodeBus;
  readonly clock: Clock;
  /** Told of all that happens. */
  readonly observer: Observer;
  /** Makes ids that nobody guesses. */
  readonly newId: () => string;
  readonly subscriptions: Pick<Subscriptions, 'subscribers'>;
  /** To other installations, and from them. */
  readonly line?: Line;
}

/** Who calls, and how it is known that nobody waits any more. */
interface Calling {
  /** Whole address. */
  readonly from: string;
  /** The session of this node with which it ends. */
  readonly session?: string;
  readonly signal?: AbortSignal;
}

/** What ends when whoever called is gone. */
interface Abandonable {
  abandon(detail: string): void;
}

/** Answers of many to another installation cross the line together: three bytes a character at most. */
const FOREIGN_ANSWERS_CHARACTERS_MAX = 300_000;

/**
 * Calls to live sessions: never stored, never repeated by the bus, kept in no order.
 *
 * Sessions are called whatever their scopes; who calls needs `call`, and for `*` and topics what a send to them needs.
 */
export class Calls {
  private readonly wire: CallWire;
  private readonly targets: Targets;
  /** Calls that wait for answers, by the session that called. */
  private readonly bySession = new MultiMap<string, Abandonable>();
  private readonly open = new Set<Abandonable>();
  private readonly line: Line;
  /** How many each client has under way on this node. */
  private readonly underWay = new Map<string, number>();
  private draining = false;

  constructor(private readonly parts: CallParts) {
    const { delivery, sessions, bus, clock, subscriptions } = parts;
    this.wire = new CallWire({ delivery, sessions, bus, clock, check: (session, answer) => this.check(session, answer) });
    this.targets = new Targets({ sessions, delivery, subscriptions });
    this.line = parts.line ?? NO_LINE;
    new ForeignCalls(this.line, (from, request, signal) => this.callForeign(from, request, signal));
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
    const free = this.reserve(principal);
    const end = this.note(this.parts.resolver.addressOf(principal.client, principal.tenant.name), principal.tenant, request);
    const release = (failure?: unknown) => {
      free();
      end(failure);
    };
    try {
      const known = this.parts.resolver.callableKnown(principal, request.address);
      if (known?.kind === 'remote') return whenDone(this.elsewhere(this.callingOf(caller, signal), request, known), release);
      const found = known === undefined ? undefined : this.sessionsOf(caller, request, known);
      const called =
        known === undefined || found === undefined || found instanceof Promise
          ? this.lookUp(caller, request, signal)
          : this.begin(this.callingOf(caller, signal), request, known, found);
      return whenDone(called, release);
    } catch (error) {
      release(error);
      throw error;
    }
  }

  /** Remembers a call that begins. @returns to be called when it has ended, with what it failed with */
  private note(from: string, tenant: Tenant | undefined, { address, method, answer }: CallRequest): (failure?: unknown) => void {
    const { observer, clock } = this.parts;
    const called = address.tenant ?? tenant?.name;
    const to = formatAddress(address.addressee, called ?? '', address.path.length === 0 ? [this.parts.delivery.installation] : address.path);
    const here = address.path.length === 0 || (address.path.length === 1 && address.path[0] === this.parts.delivery.installation);
    const tenants = [tenant?.name, here && called !== tenant?.name ? called : undefined].filter((name) => name !== undefined);
    observer.called(tenant?.id ?? this.parts.tenants.get(called ?? '')?.id ?? 0, from, to, method);
    return observer.calls.begin({ from, to, tenants, method, answer, startedAt: clock.now() }, () => clock.monotonic());
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

  private read(principal: Principal, params: unknown, raw: string | undefined): CallRequest {
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
  private async lookUp(caller: Caller, request: CallRequest, signal: AbortSignal | undefined): Promise<CallResult> {
    const called = await this.parts.resolver.callable(caller.principal, request.address);
    if (called.kind === 'remote') return this.elsewhere(this.callingOf(caller, signal), request, called);
    const found = await this.sessionsOf(caller, request, called);
    if (caller.live?.alive === false) throw new Problem('call-interrupted', 'the calling session is gone');
    return this.begin(this.callingOf(caller, signal), request, called, found);
  }

  private sessionsOf(caller: Caller, { address }: CallRequest, called: Callable): readonly SessionSummary[] | Promise<readonly SessionSummary[]> {
    return this.targets.sessionsOf(called, address, caller.session);
  }

  private callingOf({ principal, live }: Caller, signal: AbortSignal | undefined): Calling {
    // A call by HTTP is waited for by its request, whatever becomes of the session that it names.
    return { from: this.parts.resolver.addressOf(principal.client, principal.tenant.name), session: signal === undefined ? live?.session : undefined, signal };
  }

  /** A call of another installation. @returns who answered as it is written within this one */
  private callForeign(from: string, request: CallRequest, signal: AbortSignal): Promise<CallResult> {
    return whenDone(this.answerForeign(from, request, signal), this.note(from, undefined, request));
  }

  private async answerForeign(from: string, request: CallRequest, signal: AbortSignal): Promise<CallResult> {
    if (this.draining) throw new Problem('draining', 'this node is shutting down; try again', { retryAfter: 1 });
    const called = await this.parts.resolver.callableForeign(from, request.address, 'call');
    const { maxDataBytes } = called.tenant.settings;
    if (isLarger(request.params, maxDataBytes) || depthOf(request.params) > LIMITS.jsonDepth) {
      throw new Problem('data-too-large', `params: the tenant that is called allows ${maxDataBytes} bytes`, { limit: maxDataBytes });
    }
    const found = await this.targets.sessionsOf(called, request.address, undefined);
    return this.begin({ from, signal }, request, called, found, true);
  }

  /** To clients of another installation. */
  private async elsewhere({ from, session, signal }: Calling, request: CallRequest, place: ElseWhere): Promise<CallResult> {
    const gone = new AbortController();
    let because = 'whoever called is gone';
    const call: Abandonable = {
      abandon: (detail) => {
        because = detail;
        gone.abort();
      },
    };
    const abandoned = () => gone.abort();
    if (signal?.aborted === true) gone.abort();
    signal?.addEventListener('abort', abandoned, { once: true });
    this.open.add(call);
    if (session !== undefined) this.bySession.add(session, call);
    try {
      return await callElsewhere(this.line, from, request, place, gone.signal);
    } catch (error) {
      throw gone.signal.aborted ? new Problem('call-interrupted', because) : error;
    } finally {
      signal?.removeEventListener('abort', abandoned);
      this.open.delete(call);
      if (session !== undefined) this.bySession.delete(session, call);
    }
  }

  /** @param foreign of another installation */
  private begin(
    { from, session: calling, signal }: Calling,
    request: CallRequest,
    { tenant, told }: Callable,
    found: readonly SessionSummary[],
    foreign = false,
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
    const call = new OpenCall({
      id,
      answer,
      told,
      charactersMax: foreign ? FOREIGN_ANSWERS_CHARACTERS_MAX : ANSWERS_CHARACTERS_MAX,
      addressOf: ({ client, session }) => `${foreign ? `${client}@${tenant.name}` : resolver.addressOf(client, tenant.name)}/${session}`,
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

/** Tells how it ended, before anybody else hears of it. */
function whenDone(called: Promise<CallResult>, done: (failure?: unknown) => void): Promise<CallResult> {
  return called.then(
    (result) => {
      done();
      return result;
    },
    (error: unknown) => {
      done(error);
      throw error;
    },
  );
}

/** A character is three bytes of UTF-8 at most. */
function isLarger(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax;
}
