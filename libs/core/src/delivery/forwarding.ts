import { PROBLEMS, Problem, type ProblemSlug, RawJson, writeJson } from '@vestnik/protocol';
import { requireScope } from '../access/principal.js';
import type { Scope } from '../access/scopes.js';
import type { CalledAnswer } from '../calling/calls.js';
import type { Authenticator } from '../ports/authenticator.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import type { NodeBus, NodeMessage } from '../ports/node-bus.js';
import type { SessionRegistry } from '../presence/session-registry.js';
import type { Caller } from './caller.js';
import type { Delivery } from './delivery.js';
import type { SessionMethods } from './methods.js';
import type { Session } from './session.js';

/** Who calls by HTTP: it may have a session, on this node or on another. */
export interface HttpCaller extends Omit<Caller, 'live'> {
  /** The words that its session may go by, the likeliest first: its own, or what a poll goes by where it named none. */
  readonly words: readonly string[];
  /** Whether it named its session: then it is that session that speaks, and no other. */
  readonly named: boolean;
}

export interface ForwardingParts {
  readonly delivery: Delivery;
  readonly methods: SessionMethods;
  readonly sessions: SessionRegistry;
  readonly mailboxes: Mailboxes;
  readonly authenticator: Authenticator;
  readonly bus: NodeBus;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is the session's own affair, and what its caller must be allowed by the credential that came with the call. */
const OF_THE_SESSION: Readonly<Record<string, Scope | undefined>> = {
  ack: 'receive',
  read: 'receive',
  refuse: 'receive',
  subscribe: 'subscribe',
  unsubscribe: 'subscribe',
  'presence.set': 'presence',
  'presence.watch': 'presence',
  'presence.unwatch': 'presence',
  refresh: undefined,
};
/** What can be done for a client without a session, from what the store knows. */
const ALSO_WITHOUT: ReadonlySet<string> = new Set(['ack', 'read', 'refuse', 'subscribe', 'unsubscribe']);
/** An acknowledgement may wait 10 s for its store; beyond that the other node is not there. */
const PATIENCE_MS = 15_000;
/** What nodes tell each other may be lost: a method is told again so often, under its id, until it is answered. */
const AGAIN_MS = 1_000;
/** So many answers are kept, for whoever has lost them. */
const ANSWERS_KEPT = 10_000;
/** So long after a session has opened other nodes may not have heard of it. */
const NEWS_MS = 500;
/** Transports whose answers to calls come by HTTP. */
const ANSWER_BY_HTTP: ReadonlySet<string> = new Set(['sse', 'json-lines', 'long-poll']);

/** Between nodes: a session's answer to a call, and a token that was checked where it came in. */
const ANSWER = 'vestnik.answer';
const ADOPT = 'vestnik.adopt';

type SessionCall = Extract<NodeMessage, { kind: 'session-call' }>;
type SessionAnswer = Extract<NodeMessage, { kind: 'session-answer' }>;

interface Pending {
  readonly node: string;
  readonly resolve: (result: RawJson) => void;
  readonly reject: (problem: Problem) => void;
}

/**
 * Carries methods that came by HTTP to the session that they are for, on whichever node it is.
 *
 * A method is carried out at most once, however often it is told; where the other node does not answer nobody knows whether it was
 * (`unavailable`), and all of them may be repeated.
 */
export class Forwarding {
  private readonly pending = new Map<string, Pending>();
  /** What became of methods that came from other nodes, the newest; undefined while they are carried out. */
  private readonly carried = new Map<string, SessionAnswer | undefined>();
  /** Look for a session that is not known yet, each time when one opens. */
  private readonly expected = new Set<() => void>();
  private next = 0;

  constructor(private readonly parts: ForwardingParts) {
    parts.bus.subscribe((message) => {
      if (message.kind === 'session-call') void this.carryOut(message);
      else if (message.kind === 'session-answer') this.came(message);
    });
    parts.sessions.onChange(({ kind }) => {
      if (kind === 'opened') for (const look of this.expected) look();
    });
    parts.bus.onNodeGone((node) => {
      for (const { node: of, reject } of this.pending.values()) if (of === node) reject(nodeGone());
    });
  }

  /**
   * A method of section 7 of the protocol that came by HTTP.
   *
   * @param answered whether somebody waits for the result
   * @returns the result, or a promise of it
   * @throws Problem, at once or by the promise
   */
  call(caller: HttpCaller, method: string, params: unknown, raw: string | undefined, answered: boolean): unknown {
    if (method === 'connect') throw new Problem('request-invalid', 'there is no connect by HTTP: open events or inbox');
    if (!Object.hasOwn(OF_THE_SESSION, method)) return this.parts.methods.call(this.withoutWaiting(caller), method, params, raw, answered);
    const scope = OF_THE_SESSION[method];
    if (scope !== undefined) requireScope(caller.principal, scope);
    return this.forSession(caller, method, params, raw, answered);
  }

  /**
   * The answer to a call that was pushed to a session of this client. Whoever says it need not say which session it
   * was: the call's id does, and a session answers its own calls only.
   */
  async answered(caller: HttpCaller, id: string, answer: CalledAnswer): Promise<void> {
    const { sessions, delivery, methods, bus } = this.parts;
    const clientId = await this.clientId(caller);
    if (clientId === undefined) return;
    const named = caller.named ? this.target(clientId, caller) : undefined;
    const candidates = named === undefined ? sessions.ofClient(clientId).filter(({ transport }) => ANSWER_BY_HTTP.has(transport)) : [named];
    for (const { session: word } of candidates) {
      const session = delivery.session(word);
      if (session !== undefined) methods.answered(session, id, answer);
      else bus.publish({ kind: 'session-call', id: this.nextId(), session: word, method: ANSWER, params: JSON.stringify({ id, ...answer }), answered: false });
    }
  }

  private async forSession(caller: HttpCaller, method: string, params: unknown, raw: string | undefined, answered: boolean): Promise<unknown> {
    const clientId = await this.clientId(caller);
    const target = clientId === undefined ? undefined : (this.target(clientId, caller) ?? (await this.soon(clientId, caller)));
    if (method === 'ack' && clientId !== undefined && (target === undefined || !caller.named)) return this.ackEverywhere(caller, clientId, params, raw);
    if (target !== undefined) return this.at(target.session, caller, method, params, raw, answered);
    if (ALSO_WITHOUT.has(method)) return this.parts.methods.call(callerOf(caller), method, params, raw, answered);
    if (caller.named) throw new Problem('conflict', 'no session goes by this word now; it may be coming back', { retryAfter: 1 });
    throw new Problem('request-invalid', 'this needs a session: open a stream or a poll under a word of your own, and name it in the header Vestnik-Session');
  }

  /**
   * Without a session of its own a caller acknowledges for its device: each of the device's live sessions knows what it
   * was handed, sooner than the store does, and has room again.
   */
  private async ackEverywhere(caller: HttpCaller, clientId: number, params: unknown, raw: string | undefined): Promise<unknown> {
    const { sessions, methods } = this.parts;
    const live = sessions.ofClient(clientId).filter(({ device }) => (device ?? '') === caller.device);
    await Promise.allSettled(live.map(({ session }) => this.at(session, caller, 'ack', params, raw, true)));
    return methods.call(callerOf(caller), 'ack', params, raw, true);
  }

  /** At a session, here or on another node. */
  private async at(word: string, caller: HttpCaller, method: string, params: unknown, raw: string | undefined, answered: boolean): Promise<unknown> {
    const { delivery, methods, sessions } = this.parts;
    const live = delivery.session(word);
    if (live !== undefined)
      return methods.call(method === 'refresh' ? live : { ...callerOf(caller), live, device: live.device }, method, params, raw, answered);
    const known = sessions.find(word);
    if (known === undefined) throw sessionGone();
    if (method === 'refresh') return this.forward(word, known.node, ADOPT, await this.newPrincipal(caller, params), answered);
    return this.forward(word, known.node, method, raw ?? JSON.stringify(params), answered);
  }

  private forward(session: string, node: string, method: string, params: string, answered: boolean): Promise<unknown> | Record<string, never> {
    const { bus, clock } = this.parts;
    const id = this.nextId();
    if (!answered) {
      bus.publish({ kind: 'session-call', id, session, method, params, answered });
      return {};
    }
    return new Promise((resolve, reject) => {
      const tell = () => bus.publish({ kind: 'session-call', id, session, method, params, answered });
      const timer = clock.after(PATIENCE_MS, () => this.pending.get(id)?.reject(nodeGone()));
      const again = clock.every(AGAIN_MS, tell);
      const settle =
        <Value>(then: (value: Value) => void) =>
        (value: Value) => {
          timer.cancel();
          again.cancel();
          this.pending.delete(id);
          then(value);
        };
      this.pending.set(id, { node, resolve: settle(resolve), reject: settle(reject) });
      tell();
    });
  }

  private came({ id, result, problem }: SessionAnswer): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    if (problem === undefined) pending.resolve(new RawJson(result ?? '{}'));
    else pending.reject(readProblem(problem));
  }

  /** A method for a session of this node that came in at another. */
  private async carryOut({ id, session: word, method, params, answered }: SessionCall): Promise<void> {
    const { delivery, bus, log } = this.parts;
    const session = delivery.session(word);
    // Every node hears of it; the one that has the session answers, and where it has gone meanwhile, the patience of the other ends.
    if (session === undefined) return;
    if (this.carried.has(id)) {
      const before = this.carried.get(id);
      if (before !== undefined) bus.publish(before);
      return;
    }
    this.remember(id, undefined);
    const answer = (message: Pick<SessionAnswer, 'result' | 'problem'>) => {
      if (!answered) return;
      const told: SessionAnswer = { kind: 'session-answer', id, ...message };
      this.remember(id, told);
      bus.publish(told);
    };
    try {
      const result = await this.carryOutHere(session, method, params ?? '{}', answered);
      answer({ result: writeJson(result) });
    } catch (error) {
      if (!(error instanceof Problem)) log.error('a method that came from another node failed', { method, error });
      const problem = error instanceof Problem ? error : new Problem('internal', 'the log of the node that holds the session says more');
      answer({ problem: JSON.stringify({ slug: problem.slug, detail: problem.detail, extra: problem.extra }) });
    }
  }

  private remember(id: string, answer: SessionAnswer | undefined): void {
    this.carried.set(id, answer);
    if (this.carried.size > ANSWERS_KEPT) this.carried.delete(this.carried.keys().next().value as string);
  }

  private carryOutHere(session: Session, method: string, raw: string, answered: boolean): unknown {
    const params: unknown = JSON.parse(raw);
    if (method === ANSWER) {
      const { id, ...answer } = params as { id: string } & CalledAnswer;
      this.parts.methods.answered(session, id, answer as CalledAnswer);
      return {};
    }
    if (method === ADOPT) {
      const { scopes, ...rest } = params as { scopes: Scope[]; client: string; kind: 'key' | 'token'; keyId?: string; issuedAt?: number; expiresAt?: number };
      return session.adopt({ ...rest, tenant: session.principal.tenant, scopes: new Set(scopes) });
    }
    return this.parts.methods.call(session, method, params, raw, answered);
  }

  /** Checks a new token here, so that it need not travel between nodes. @returns what it allows: JSON text */
  private async newPrincipal({ principal }: HttpCaller, params: unknown): Promise<string> {
    const token = typeof params === 'object' && params !== null ? (params as { token?: unknown }).token : undefined;
    if (typeof token !== 'string') throw new Problem('request-invalid', 'token: a string is required', { errors: [{ path: 'token', message: 'a string' }] });
    const { tenant, scopes, ...rest } = await this.parts.authenticator.authenticate(principal.tenant.name, token);
    if (rest.client !== principal.client || tenant.id !== principal.tenant.id) throw new Problem('forbidden', 'token: it is for another client');
    return JSON.stringify({ ...rest, scopes: [...scopes] });
  }

  /** For methods that need no session, the one that is here is passed along: it was its client that said something. */
  private withoutWaiting(caller: HttpCaller): Caller {
    const { mailboxes, delivery } = this.parts;
    const { principal } = caller;
    const own = caller.named ? mailboxes.cached(principal.tenant.id, 'client', principal.client) : undefined;
    const target = own === undefined ? undefined : this.target(own.id, caller);
    const live = target === undefined ? undefined : delivery.session(target.session);
    return { ...callerOf(caller), live, session: target?.session };
  }

  private target(clientId: number, { words }: HttpCaller): { readonly session: string } | undefined {
    for (const word of words) {
      const summary = this.parts.sessions.byWord(clientId, word);
      if (summary !== undefined) return summary;
    }
    return undefined;
  }

  /** A session that was named may have opened on another node a moment ago, and the news of it be on its way. */
  private async soon(clientId: number, caller: HttpCaller): Promise<{ readonly session: string } | undefined> {
    const { bus, clock } = this.parts;
    if (!caller.named || bus.others() === 0) return undefined;
    return new Promise((resolve) => {
      const come = (target: { readonly session: string } | undefined) => {
        timer.cancel();
        this.expected.delete(look);
        resolve(target);
      };
      const look = () => {
        const target = this.target(clientId, caller);
        if (target !== undefined) come(target);
      };
      const timer = clock.after(NEWS_MS, () => come(undefined));
      this.expected.add(look);
    });
  }

  private async clientId({ principal }: HttpCaller): Promise<number | undefined> {
    const { mailboxes } = this.parts;
    const tenantId = principal.tenant.id;
    const own = mailboxes.cached(tenantId, 'client', principal.client) ?? (await mailboxes.find(tenantId, 'client', [principal.client]))[0];
    return own?.id;
  }

  private nextId(): string {
    return `${this.parts.bus.nodeId}-${++this.next}`;
  }
}

function callerOf({ principal, sends, device, address, signal }: HttpCaller): Caller {
  return { principal, sends, device, address, signal };
}

function nodeGone(): Problem {
  return new Problem('unavailable', 'the node that holds this session did not answer; it may have been carried out', { retryAfter: 1 });
}

function sessionGone(): Problem {
  return new Problem('conflict', 'the session has ended meanwhile', { retryAfter: 1 });
}

function readProblem(text: string): Problem {
  const { slug, detail, extra } = JSON.parse(text) as { slug: string; detail: string; extra: Record<string, unknown> };
  return Object.hasOwn(PROBLEMS, slug) ? new Problem(slug as ProblemSlug, detail, extra) : new Problem('internal', detail);
}
