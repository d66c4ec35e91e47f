import {
  type Clock,
  type Line,
  type LineRequest,
  type Log,
  linkDown,
  linkLost,
  type NodeBus,
  type NodeMessage,
  type Remote,
  type Remotes,
  readProblem,
  type Timer,
  tooLarge,
  writeProblem,
} from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import type { AskFrame, DropFrame, Packet, ReplyFrame } from '../wire/frames.js';
import { Answering } from './answering.js';
import { LINE_LIMITS } from './line-limits.js';
import { PendingAsks } from './pending-asks.js';
import { Seen } from './seen.js';

export type LineFrame = AskFrame | ReplyFrame | DropFrame;

/** A link that this node holds, as the line sees it. */
export interface LinkEnd {
  /** Puts a packet on the wire, signed where it goes further than to the neighbour. Throws nothing. */
  send(packet: Packet<LineFrame>): void;
  /** Bytes that are not written to the network yet. */
  readonly buffered?: number;
}

export interface LinkLineParts {
  /** This installation's id; asked for only once there is a link. */
  readonly self: () => string;
  readonly remotes: Remotes;
  readonly bus: NodeBus;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes ids that nobody guesses: `[A-Za-z0-9_-]`, 64 at most. */
  readonly newId: () => string;
}

/**
 * The {@link Line} over links: on those of this node itself, and through the node that holds the link where it is another.
 *
 * Only active links carry anything. What comes of a neighbour is carried out once, as its connection is proved and carries nothing
 * twice; what came through a hub is taken once too, and only as long as it is of use by this installation's clock.
 */
export class LinkLine implements Line {
  private readonly ends = new Map<string, LinkEnd>();
  /** The links that other nodes hold, by node. */
  private readonly elsewhere = new Map<string, ReadonlySet<string>>();
  private readonly listeners: ((remote: Remote, reached: boolean) => void)[] = [];
  /** What listeners know. */
  private readonly told = new Map<number, Remote>();
  private readonly pending: PendingAsks;
  private readonly answering: Answering;
  private readonly seen = new Seen();
  /** What is asked here for other nodes. */
  private readonly guests = new Map<string, { readonly node: string; readonly gone: AbortController }>();
  private telling: Timer | undefined;

  constructor(private readonly parts: LinkLineParts) {
    const { bus, clock, log, newId, remotes } = parts;
    this.pending = new PendingAsks(clock, newId);
    this.answering = new Answering(clock, log);
    bus.subscribe((message, node) => this.heard(message, node));
    bus.onNodeGone((node) => this.nodeGone(node));
    bus.onNodeJoined(() => {
      if (this.ends.size > 0) this.tellNodes();
    });
    remotes.onChange(() => this.recheck());
  }

  // For whoever holds the links.

  /** This node holds a link from now on, until {@link detach}; another end of the same link takes its place. */
  attach(link: string, end: LinkEnd): void {
    if (this.ends.has(link)) this.detach(link);
    this.ends.set(link, end);
    this.tellNodes();
    // Said again and again: what nodes tell each other may be lost.
    this.telling ??= this.parts.clock.every(LINE_LIMITS.reachMs, () => this.tellNodes());
    this.recheck();
  }

  /** @param end only if it is still this one that holds it */
  detach(link: string, end?: LinkEnd): void {
    if (end !== undefined && this.ends.get(link) !== end) return;
    if (!this.ends.delete(link)) return;
    this.pending.lose(hereBy(link), linkLost);
    this.answering.dropLink(link);
    this.tellNodes();
    if (this.ends.size === 0) {
      this.telling?.cancel();
      this.telling = undefined;
    }
    this.recheck();
  }

  /**
   * Something has come over a link of this node, for this installation.
   *
   * Whoever hands it over has proved that it is from `frame.from`: by the connection to the neighbour, or by its signature.
   */
  received(link: string, { frame, body }: Packet<LineFrame>): void {
    const { remotes } = this.parts;
    const remote = remotes.byInstallationId(frame.from);
    if (remote === undefined || frame.to !== this.parts.self() || !this.ends.has(link)) return;
    switch (frame.t) {
      case 'ask':
        this.asked(link, remote, frame, body);
        break;
      case 'drop':
        this.answering.drop(workKey(frame.from, frame.id));
        break;
      case 'reply': {
        // Only the one that was asked answers.
        if (this.pending.remoteOf(frame.id)?.installation !== frame.from) return;
        const text = textOf(body);
        if (text === undefined || frame.failed === true) this.pending.failed(frame.id, readProblem(text ?? '', remote));
        else this.pending.answered(frame.id, text);
      }
    }
  }

  // For who asks and answers.

  reaches(remote: Remote): boolean {
    return this.isActive(remote) && (this.ends.has(remote.via) || this.holder(remote.via) !== undefined);
  }

  ask(remote: Remote, method: string, params: string, { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<string> {
    try {
      const wrong = tooLarge(params) ?? (this.isActive(remote) ? undefined : linkDown(remote));
      if (wrong !== undefined) throw wrong;
      const wait = Math.min(Math.ceil(timeoutMs), LINE_LIMITS.waitMs);
      return this.askHere(remote, method, params, wait, signal) ?? this.askElsewhere(remote, method, params, wait, signal);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  tell(remote: Remote, method: string, params: string): boolean {
    if (!this.isActive(remote) || tooLarge(params) !== undefined) return false;
    const end = this.ends.get(remote.via);
    if (end !== undefined) return this.tellHere(end, remote, method, params);
    const node = this.holder(remote.via);
    if (node === undefined) return false;
    this.parts.bus.publish({ kind: 'line-tell', node, remoteId: remote.id, method, params });
    return true;
  }

  serve(method: string, answer: (request: LineRequest) => Promise<string | undefined>): void {
    this.answering.serve(method, answer);
  }

  onChange(changed: (remote: Remote, reached: boolean) => void): void {
    this.listeners.push(changed);
  }

  // On the links of this node.

  /** @returns undefined where this node does not hold the link */
  private askHere(remote: Remote, method: string, params: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<string> | undefined {
    const end = this.ends.get(remote.via);
    if (end === undefined) return undefined;
    if (isFull(end)) throw linkDown(remote);
    const { clock } = this.parts;
    const between = { from: this.parts.self(), to: remote.installation };
    const drop = (id: string) => end.send({ frame: { t: 'drop', ...between, id } });
    const { id, answer } = this.pending.open({ remote, by: hereBy(remote.via), timeoutMs, signal, drop });
    const at = clock.now();
    end.send({ frame: { t: 'ask', ...between, id, method, at, until: at + timeoutMs }, body: Buffer.from(params) });
    return answer;
  }

  private tellHere(end: LinkEnd, remote: Remote, method: string, params: string): boolean {
    if (isFull(end)) return false;
    const at = this.parts.clock.now();
    end.send({
      frame: { t: 'ask', from: this.parts.self(), to: remote.installation, method, at, until: at + LINE_LIMITS.tellMs },
      body: Buffer.from(params),
    });
    return true;
  }

  private asked(link: string, remote: Remote, frame: AskFrame, body: Uint8Array | undefined): void {
    const { from, id, method, at, until } = frame;
    const reply = id === undefined ? undefined : (answer: { readonly text: string } | { readonly problem: Problem }) => this.reply(link, from, id, answer);
    if (this.parts.remotes.link(link)?.state !== 'active') {
      reply?.({ problem: new Problem('unavailable', 'this installation takes nothing over this link now', { retryAfter: 60 }) });
      return;
    }
    const timeoutMs = Math.min(until - at, LINE_LIMITS.waitMs);
    if (timeoutMs <= 0 || (link !== from && !this.isFresh(frame))) return;
    const params = textOf(body);
    if (params === undefined || tooLarge(params) !== undefined) {
      reply?.({ problem: new Problem('data-too-large', 'this is no text, or more than crosses a link at once') });
      return;
    }
    const key = id === undefined ? this.parts.newId() : workKey(from, id);
    this.answering.begin({ key, link, remote, method, params, timeoutMs, reply });
  }

  /** A hub can keep what it forwards, and send it again. */
  private isFresh({ from, id, at, until, signature }: AskFrame): boolean {
    const now = this.parts.clock.now();
    if (until < now || at > now + LINE_LIMITS.aheadMs || until - at > LINE_LIMITS.waitMs) return false;
    return this.seen.take(`${from} ${id ?? signature}`, until, now);
  }

  private reply(link: string, to: string, id: string, answer: { readonly text: string } | { readonly problem: Problem }): void {
    const end = this.ends.get(link);
    // Whoever asks and does not read is not answered.
    if (end === undefined || isFull(end)) return;
    const frame: ReplyFrame = { t: 'reply', from: this.parts.self(), to, id, ...('problem' in answer ? { failed: true as const } : {}) };
    end.send({ frame, body: Buffer.from('problem' in answer ? writeProblem(answer.problem) : answer.text) });
  }

  // Through other nodes.

  private askElsewhere(remote: Remote, method: string, params: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<string> {
    const { bus } = this.parts;
    const node = this.holder(remote.via);
    if (node === undefined) throw linkDown(remote);
    const drop = (id: string) => bus.publish({ kind: 'line-drop', node, id });
    const { id, answer } = this.pending.open({ remote, by: thereBy(node, remote.via), timeoutMs, signal, drop });
    bus.publish({ kind: 'line-ask', node, id, remoteId: remote.id, method, params, timeoutMs });
    return answer;
  }

  private heard(message: NodeMessage, node: string): void {
    if ('node' in message && message.node !== this.parts.bus.nodeId) return;
    switch (message.kind) {
      case 'line-reach':
        this.nodeReaches(node, new Set(message.links));
        break;
      case 'line-ask':
        void this.askFor(node, message);
        break;
      case 'line-reply': {
        const remote = this.pending.remoteOf(message.id);
        if (remote === undefined) break;
        if (message.problem === undefined) this.pending.answered(message.id, message.result ?? '{}');
        else this.pending.failed(message.id, readProblem(message.problem, remote));
        break;
      }
      case 'line-drop':
        this.guests.get(workKey(node, message.id))?.gone.abort();
        break;
      case 'line-tell': {
        const remote = this.parts.remotes.byId(message.remoteId);
        const end = remote === undefined ? undefined : this.ends.get(remote.via);
        if (remote !== undefined && end !== undefined && this.isActive(remote)) this.tellHere(end, remote, message.method, message.params);
      }
    }
  }

  /** Asks for another node, over a link of this one; never through a third. */
  private async askFor(node: string, { id, remoteId, method, params, timeoutMs }: Extract<NodeMessage, { kind: 'line-ask' }>): Promise<void> {
    const { remotes, bus, log } = this.parts;
    const key = workKey(node, id);
    if (this.guests.has(key)) return;
    const gone = new AbortController();
    this.guests.set(key, { node, gone });
    try {
      const remote = remotes.byId(remoteId);
      if (remote === undefined) throw new Problem('unavailable', 'the node that was to ask does not know that installation yet', { retryAfter: 1 });
      const asked = this.isActive(remote) ? this.askHere(remote, method, params, timeoutMs, gone.signal) : undefined;
      if (asked === undefined) throw linkDown(remote);
      bus.publish({ kind: 'line-reply', node, id, result: await asked });
    } catch (error) {
      if (!(error instanceof Problem)) log.error('what another node asked of another installation failed', { method, error });
      const problem = error instanceof Problem ? error : new Problem('internal', 'the log of the node that holds the link says more');
      if (!gone.signal.aborted) bus.publish({ kind: 'line-reply', node, id, problem: writeProblem(problem) });
    } finally {
      this.guests.delete(key);
    }
  }

  private nodeReaches(node: string, links: ReadonlySet<string>): void {
    const before = this.elsewhere.get(node);
    if (links.size === 0) this.elsewhere.delete(node);
    else this.elsewhere.set(node, links);
    for (const link of before ?? []) if (!links.has(link)) this.pending.lose(thereBy(node, link), linkLost);
    this.recheck();
  }

  private nodeGone(node: string): void {
    this.nodeReaches(node, new Set());
    for (const guest of [...this.guests.values()]) if (guest.node === node) guest.gone.abort();
  }

  private tellNodes(): void {
    if (this.parts.bus.others() > 0) this.parts.bus.publish({ kind: 'line-reach', links: [...this.ends.keys()] });
  }

  /** The other node that holds a link. */
  private holder(link: string): string | undefined {
    for (const [node, links] of this.elsewhere) if (links.has(link)) return node;
    return undefined;
  }

  // Who is reached.

  private isActive({ via }: Remote): boolean {
    return this.parts.remotes.link(via)?.state === 'active';
  }

  /** Tells of the remotes that have become reached, or are not any more. */
  private recheck(): void {
    const reached = new Map<number, Remote>();
    for (const remote of this.parts.remotes.all()) if (this.reaches(remote)) reached.set(remote.id, remote);
    const changes: [Remote, boolean][] = [];
    for (const [id, remote] of this.told) if (!reached.has(id)) changes.push([remote, false]);
    for (const [id, remote] of reached) if (!this.told.has(id)) changes.push([remote, true]);
    for (const [remote, now] of changes) {
      if (now) this.told.set(remote.id, remote);
      else this.told.delete(remote.id);
    }
    for (const [remote, now] of changes) for (const listener of this.listeners) listener(remote, now);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function textOf(body: Uint8Array | undefined): string | undefined {
  try {
    return UTF8.decode(body ?? new Uint8Array());
  } catch {
    return undefined;
  }
}

function isFull({ buffered }: LinkEnd): boolean {
  return (buffered ?? 0) > LINE_LIMITS.bufferedBytes;
}

function hereBy(link: string): string {
  return `here ${link}`;
}

function thereBy(node: string, link: string): string {
  return `${node} ${link}`;
}

function workKey(from: string, id: string): string {
  return `${from} ${id}`;
}
