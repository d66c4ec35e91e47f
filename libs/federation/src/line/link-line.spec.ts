import { type Link, type LinkState, type Log, type Remote, Remotes } from '@vestnik/core';
import { ManualClock, MemoryNodeNetwork } from '@vestnik/core/memory';
import { Problem, RawJson, writeJson } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodePacket, encodePacket } from '../wire/codec.js';
import type { AskFrame, Packet } from '../wire/frames.js';
import { LINE_LIMITS } from './line-limits.js';
import { type LineFrame, type LinkEnd, LinkLine } from './link-line.js';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);
const HUB = 'c'.repeat(32);

let clock: ManualClock;
let ids = 0;
const log: Log & { lines: string[] } = {
  lines: [],
  debug: () => {},
  info: () => {},
  warn: (message) => void log.lines.push(`warn ${message}`),
  error: (message) => void log.lines.push(`error ${message}`),
};

/** A side of a link: an installation's nodes, and what it knows of the other. */
class Side {
  readonly network = new MemoryNodeNetwork(clock);
  readonly links = new Map<string, LinkState>();
  readonly known: Remote[] = [];

  constructor(readonly id: string) {}

  knows(installation: string, path: readonly string[], via = installation): Remote {
    this.links.set(via, 'active');
    const remote: Remote = { id: this.known.length + 1, installation, path, via };
    this.known.push(remote);
    return remote;
  }

  async node(nodeId: string) {
    const directory = {
      links: () => Promise.resolve([...this.links].map(([id, state]) => ({ id, state }) as Link)),
      remotes: () => Promise.resolve([...this.known]),
    };
    const remotes = new Remotes(directory);
    await remotes.refresh();
    const bus = this.network.join(nodeId);
    return { line: new LinkLine({ self: () => this.id, remotes, bus, clock, log, newId: () => `i${++ids}` }), bus, remotes };
  }
}

/** What both have said over a wire, as bytes, in order. */
const wire: Packet<LineFrame>[] = [];
const buffered = { bytes: 0 };

/** @param towards the link as the far end calls it */
function wireTo(far: LinkLine, towards: string): LinkEnd {
  return {
    send: (packet) => {
      const arrived = decodePacket(encodePacket(packet)) as Packet<LineFrame>;
      wire.push(arrived);
      queueMicrotask(() => far.received(towards, arrived));
    },
    get buffered() {
      return buffered.bytes;
    },
  };
}

let a: Side;
let b: Side;
let here: Awaited<ReturnType<Side['node']>>;
let there: Awaited<ReturnType<Side['node']>>;
let remote: Remote;

beforeEach(async () => {
  clock = new ManualClock();
  wire.length = 0;
  log.lines.length = 0;
  buffered.bytes = 0;
  a = new Side(A);
  b = new Side(B);
  remote = a.knows(B, ['branch']);
  b.knows(A, ['head']);
  here = await a.node('a1');
  there = await b.node('b1');
  connect();
});

function connect() {
  here.line.attach(B, wireTo(there.line, A));
  there.line.attach(A, wireTo(here.line, B));
}

const settle = () => clock.run(0);

function outcome(asked: Promise<string>) {
  const made: { text?: string; problem?: Problem } = {};
  asked.then(
    (text) => {
      made.text = text;
    },
    (problem: Problem) => {
      made.problem = problem;
    },
  );
  return made;
}

/** Asks, and lets it settle. */
async function ask(line: LinkLine, method = 'm', params = '{}', options: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const made = outcome(line.ask(remote, method, params, { timeoutMs: 10_000, ...options }));
  await settle();
  return made;
}

/** Serves a method that answers when it is told to. */
function serveLate(line: LinkLine, method = 'm') {
  const open: { answer: (text: string) => void; signal: AbortSignal; remote: Remote }[] = [];
  line.serve(method, (request) => new Promise((answer) => open.push({ answer, signal: request.signal, remote: request.remote })));
  return open;
}

describe('what is asked over a link', () => {
  it('is answered byte for byte, and carries who asked', async () => {
    there.line.serve('m', ({ params, remote: asker }) => Promise.resolve(`{"n":1.10,"was":${params},"path":"${asker.path.join('.')}"}`));
    expect(await ask(here.line, 'm', '{"u":"Ж","n":10000000000000000001}')).toEqual({
      text: '{"n":1.10,"was":{"u":"Ж","n":10000000000000000001},"path":"head"}',
    });
  });

  it('fails with the problem of who answers, its error untouched, and without what is no business of others', async () => {
    there.line.serve('m', () => Promise.reject(new Problem('call-failed', 'no', { from: 'x@y/1', error: new RawJson('{"n":1.10}'), secret: 1 })));
    const { problem } = await ask(here.line);
    expect(writeJson([problem?.slug, problem?.extra])).toBe('["call-failed",{"from":"x@y/1","error":{"n":1.10}}]');
  });

  it('of a method that is not there, or that fails, says as much and no more', async () => {
    there.line.serve('broken', () => Promise.reject(new Error('select * from secrets')));
    expect((await ask(here.line, 'nothing')).problem?.slug).toBe('method-unknown');
    const { problem } = await ask(here.line, 'broken');
    expect([problem?.slug, problem?.detail]).toEqual(['unavailable', 'it failed there; the log there says more']);
    expect(log.lines).toEqual(['error what another installation asked for failed']);
  });

  it('ends at its time, and whoever answers is told', async () => {
    const open = serveLate(there.line);
    const asked = await ask(here.line, 'm', '{}', { timeoutMs: 1_000 });
    await clock.run(1_000);
    expect([asked.problem?.slug, open[0]?.signal.aborted, wire.at(-1)?.frame.t]).toEqual(['call-timeout', true, 'drop']);
    open[0]?.answer('1');
    await settle();
    expect(wire.filter(({ frame }) => frame.t === 'reply')).toEqual([]);
  });

  it('ends when nobody waits any more, and whoever answers is told', async () => {
    const open = serveLate(there.line);
    const gone = new AbortController();
    const asked = await ask(here.line, 'm', '{}', { signal: gone.signal });
    gone.abort();
    await settle();
    expect([asked.problem?.slug, open[0]?.signal.aborted]).toEqual(['call-interrupted', true]);
    expect((await ask(here.line, 'm', '{}', { signal: gone.signal })).problem?.slug).toBe('call-interrupted');
    expect(open).toHaveLength(1);
  });

  it('is interrupted with the link on both sides, and cannot begin without it', async () => {
    const open = serveLate(there.line);
    const asked = await ask(here.line);
    here.line.detach(B);
    there.line.detach(A);
    await settle();
    expect([asked.problem?.slug, open[0]?.signal.aborted]).toEqual(['call-interrupted', true]);
    expect((await ask(here.line)).problem).toMatchObject({ slug: 'unavailable', extra: { link: 'branch' } });
    expect(here.line.tell(remote, 'm', '{}')).toBe(false);
  });

  it('is larger than 1 MiB nowhere', async () => {
    there.line.serve('m', () => Promise.resolve(JSON.stringify('x'.repeat(1024 * 1024))));
    expect((await ask(here.line, 'm', JSON.stringify('x'.repeat(1024 * 1024)))).problem?.slug).toBe('data-too-large');
    expect(wire).toEqual([]);
    expect((await ask(here.line)).problem?.slug).toBe('data-too-large');
  });

  it('is answered by the one that was asked, and by no other', async () => {
    a.knows(HUB, ['hub']);
    await here.remotes.refresh();
    here.line.attach(HUB, wireTo(there.line, 'nobody'));
    const open = serveLate(there.line);
    const asked = await ask(here.line);
    const [
      {
        frame: { id },
      },
    ] = wire as [Packet<AskFrame>];
    here.line.received(HUB, { frame: { t: 'reply', from: HUB, to: A, id: id as string }, body: Buffer.from('"forged"') });
    here.line.received(HUB, { frame: { t: 'reply', from: 'd'.repeat(32), to: A, id: id as string }, body: Buffer.from('"forged"') });
    await settle();
    expect(asked).toEqual({});
    open[0]?.answer('1');
    await settle();
    expect(asked).toEqual({ text: '1' });
  });

  it('is not carried while the link is paused on either side', async () => {
    const open = serveLate(there.line);
    b.links.set(A, 'paused');
    await there.remotes.refresh();
    expect((await ask(here.line)).problem?.slug).toBe('unavailable');
    a.links.set(B, 'paused');
    await here.remotes.refresh();
    const before = wire.length;
    expect([(await ask(here.line)).problem?.slug, here.line.reaches(remote), wire.length - before, open.length]).toEqual(['unavailable', false, 0, 0]);
  });

  it('is so much at once and no more', async () => {
    serveLate(there.line);
    const asked = [];
    for (let n = 0; n < LINE_LIMITS.asksPerRemote; n++) asked.push(outcome(here.line.ask(remote, 'm', '{}', { timeoutMs: 10_000 })));
    await settle();
    expect(asked.filter(({ problem }) => problem === undefined)).toHaveLength(LINE_LIMITS.worksPerRemote);
    expect(asked.at(-1)?.problem?.slug).toBe('rate-limited');
    const more = [];
    for (let n = LINE_LIMITS.worksPerRemote; n <= LINE_LIMITS.asksPerRemote; n++) more.push(outcome(here.line.ask(remote, 'm', '{}', { timeoutMs: 10_000 })));
    const before = wire.length;
    expect((await ask(here.line)).problem?.slug).toBe('rate-limited');
    expect(wire.slice(before).some(({ frame }) => frame.t === 'ask' && frame.id === `i${ids}`)).toBe(false);
  });

  it('is not put on a wire that is full', async () => {
    buffered.bytes = LINE_LIMITS.bufferedBytes + 1;
    expect([(await ask(here.line)).problem?.slug, here.line.tell(remote, 'm', '{}')]).toEqual(['unavailable', false]);
  });

  it('is not taken where it is no text', async () => {
    const open = serveLate(there.line);
    there.line.received(A, { frame: { t: 'ask', from: A, to: B, id: 'x', method: 'm', at: 1, until: 1_000 }, body: Buffer.from([0xff, 0xfe]) });
    await settle();
    expect([open.length, wire.at(-1)?.frame]).toMatchObject([0, { t: 'reply', failed: true }]);
  });
});

describe('what is told over a link', () => {
  it('arrives, and is answered by nothing', async () => {
    const told: string[] = [];
    there.line.serve('m', ({ params }) => {
      told.push(params);
      return Promise.reject(new Problem('request-invalid', 'no'));
    });
    expect(here.line.tell(remote, 'm', '{"a":1}')).toBe(true);
    await settle();
    expect([told, wire.length]).toEqual([['{"a":1}'], 1]);
  });
});

describe('what comes through a hub', () => {
  let works: number;
  const frame = (more: Partial<AskFrame> = {}): Packet<AskFrame> => ({
    frame: { t: 'ask', from: A, to: B, id: `h${++ids}`, method: 'm', at: clock.now(), until: clock.now() + 10_000, key: 'k', signature: `s${ids}`, ...more },
    body: Buffer.from('{}'),
  });

  beforeEach(() => {
    works = 0;
    b.links.set(HUB, 'active');
    there.line.serve('m', () => {
      works++;
      return Promise.resolve('1');
    });
    there.line.attach(HUB, { send: (packet) => void wire.push(packet) });
    return there.remotes.refresh();
  });

  it.each([
    ['asked', {}],
    ['told', { id: undefined }],
  ])('and was %s is carried out once, however often it comes, and not when its time is past', async (_what, more) => {
    const packet = frame(more);
    there.line.received(HUB, packet);
    await settle();
    there.line.received(HUB, packet);
    await settle();
    await clock.run(9_999);
    there.line.received(HUB, packet);
    await settle();
    expect(works).toBe(1);
    await clock.run(200_000);
    there.line.received(HUB, packet);
    await settle();
    expect(works).toBe(1);
  });

  it('is taken only from about now', async () => {
    there.line.received(HUB, frame({ at: clock.now() + LINE_LIMITS.aheadMs + 1, until: clock.now() + LINE_LIMITS.aheadMs + 10 }));
    there.line.received(HUB, frame({ until: clock.now() + LINE_LIMITS.waitMs + 1 }));
    there.line.received(HUB, frame({ until: clock.now() - 1 }));
    await settle();
    expect(works).toBe(0);
  });

  it('is answered through it, and from one that is not known not at all', async () => {
    there.line.received(HUB, frame());
    there.line.received(HUB, frame({ from: 'd'.repeat(32) }));
    there.line.received(HUB, frame({ to: 'd'.repeat(32) }));
    await settle();
    expect([works, wire.map(({ frame: { t, to } }) => `${t} ${to[0]}`)]).toEqual([1, ['reply a']]);
  });

  it('goes out to an installation behind it under its own id', async () => {
    const behind = a.knows('d'.repeat(32), ['leaf', 'branch'], B);
    await here.remotes.refresh();
    expect(here.line.reaches(behind)).toBe(true);
    here.line.tell(behind, 'm', '{}');
    expect(wire[0]?.frame).toMatchObject({ from: A, to: 'd'.repeat(32) });
  });
});

describe('a line of several nodes', () => {
  let other: Awaited<ReturnType<Side['node']>>;
  beforeEach(async () => {
    other = await a.node('a2');
    await clock.run(10);
  });

  it('asks and tells through the node that holds the link', async () => {
    const told: string[] = [];
    there.line.serve('m', ({ params }) => {
      told.push(params);
      return Promise.resolve(params);
    });
    expect(other.line.reaches(remote)).toBe(true);
    const large = JSON.stringify('Ж'.repeat(100_000));
    expect((await ask(other.line, 'm', large)).text).toBe(large);
    expect(other.line.tell(remote, 'm', '1')).toBe(true);
    await settle();
    expect(told).toEqual([large, '1']);
    there.line.serve('m', () => Promise.reject(new Problem('recipient-refused', 'no')));
    expect((await ask(other.line)).problem?.slug).toBe('recipient-refused');
  });

  it('drops through it what nobody waits for, when the asker ends, or its node', async () => {
    const open = serveLate(there.line);
    const gone = new AbortController();
    await ask(other.line, 'm', '{}', { signal: gone.signal });
    await ask(other.line);
    gone.abort();
    await settle();
    expect(open.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    other.bus.leave();
    await settle();
    expect(open.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  it('is interrupted when that node loses the link, or is gone, and goes on when another has it', async () => {
    const changes: boolean[] = [];
    other.line.onChange((_remote, reached) => changes.push(reached));
    const open = serveLate(there.line);
    const lost = await ask(other.line);
    here.line.detach(B);
    await settle();
    expect([lost.problem?.slug, other.line.reaches(remote), changes, open[0]?.signal.aborted]).toEqual(['call-interrupted', false, [false], false]);
    connect();
    await settle();
    const gone = await ask(other.line);
    here.bus.vanish();
    await clock.run(8_000);
    expect([gone.problem?.slug, changes]).toEqual(['call-interrupted', [false, true, false]]);
    other.line.attach(B, wireTo(there.line, A));
    there.line.attach(A, wireTo(other.line, B));
    there.line.serve('m', () => Promise.resolve('1'));
    expect([(await ask(other.line)).text, changes.at(-1)]).toEqual(['1', true]);
  });

  it('learns what others reach though the news was lost', async () => {
    a.network.faults.drops = ({ kind }) => kind === 'line-reach';
    here.line.detach(B);
    await settle();
    expect(other.line.reaches(remote)).toBe(true);
    expect((await ask(other.line)).problem?.slug).toBe('unavailable');
    connect();
    a.network.faults.drops = undefined;
    await clock.run(LINE_LIMITS.reachMs);
    const third = await a.node('a3');
    await clock.run(10);
    expect([other.line.reaches(remote), third.line.reaches(remote)]).toEqual([true, true]);
  });
});

describe('a line of which no link is held', () => {
  it('keeps no timer', async () => {
    here.line.detach(B);
    there.line.detach(A);
    await settle();
    expect(clock.waiting).toBe(0);
  });
});
