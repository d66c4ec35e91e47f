import { Problem } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../memory/index.js';
import type { Append, Appended, LogEntry } from '../ports/message-log.js';
import { Lines } from '../spec/memory-house.js';
import { Intake } from './intake.js';

interface Commit {
  readonly ids: string[];
  readonly batch: readonly Append[];
  /** Commits all that is not busy. */
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

let clock: ManualClock;
let commits: Commit[];
let committed: string[];
let lines: Lines;
let intake: Intake;
let busy: Set<number>;
let position: number;
let onCommitted: (() => void) | undefined;

beforeEach(() => {
  clock = new ManualClock();
  commits = [];
  committed = [];
  lines = new Lines();
  busy = new Set();
  position = 0;
  onCommitted = undefined;
  const append = (batch: readonly Append[]) =>
    new Promise<Appended[]>((resolve, reject) => {
      const done = () => {
        const held = new Set(busy);
        resolve(
          batch.map((one): Appended => {
            const tenants = one.destinations.map(({ tenantId }) => tenantId);
            if (tenants.some((tenant) => held.has(tenant))) {
              for (const tenant of tenants) held.add(tenant);
              return { kind: 'busy' };
            }
            return {
              kind: 'appended',
              entries: tenants.map((tenantId) => ({ kind: 'message', tenantId, position: ++position, messageId: one.message.id }) as unknown as LogEntry),
            };
          }),
        );
      };
      commits.push({ ids: batch.map(({ message }) => message.id), batch, done, fail: reject });
    });
  const entries = {
    committed: (given: readonly LogEntry[]) => {
      onCommitted?.();
      committed.push(...given.map((entry) => (entry as unknown as { messageId: string }).messageId));
    },
  };
  intake = new Intake({ append }, entries, clock, lines);
});

const send = (id: string, ...tenants: number[]) =>
  intake.append({
    message: { id, tenantId: 1, senderId: 1, from: '', type: 't', data: 'null', receipt: false },
    destinations: (tenants.length === 0 ? [1] : tenants).map((tenantId) => ({ tenantId, mailboxId: 1, to: '', ttl: 1, ttlIsDefault: true })),
  } as Append);

/** A send of a tenant, to itself. */
const sendOf = (tenantId: number, id: string) =>
  intake.append({
    message: { id, tenantId, senderId: 1, from: '', type: 't', data: 'null', receipt: false },
    destinations: [{ tenantId, mailboxId: 1, to: '', ttl: 1, ttlIsDefault: true }],
  });

/** What became of a send. */
function watch(promise: Promise<Appended>): () => string {
  let state = 'waiting';
  promise.then(
    ({ kind }) => {
      state = kind;
    },
    (error: unknown) => {
      state = error instanceof Problem ? error.slug : String(error);
    },
  );
  return () => state;
}

const settle = () => clock.run(0);
/** Commits whatever comes, for so long. */
async function runFor(ms: number): Promise<void> {
  for (let passed = 0; passed <= ms; passed += 10) {
    for (let at = commits.length; at > 0; at = commits.length) {
      for (const commit of commits.splice(0, at)) commit.done();
      await settle();
    }
    await clock.run(10);
  }
}

describe('the intake', () => {
  it('begins a commit at once in the quiet case: no timer, no waiting', async () => {
    const one = watch(send('a'));
    await settle();
    expect(commits.map(({ ids }) => ids)).toEqual([['a']]);
    expect(clock.waiting).toBe(0);
    expect(one()).toBe('waiting');
    commits[0]?.done();
    await settle();
    expect(one()).toBe('appended');
    expect(clock.waiting).toBe(0);
  });

  it('commits together what comes in one turn, and what comes while a commit is under way', async () => {
    for (const id of ['a', 'b']) void send(id);
    await settle();
    for (const id of ['c', 'd', 'e']) void send(id);
    await settle();
    expect(commits.map(({ ids }) => ids)).toEqual([['a', 'b']]);
    commits[0]?.done();
    await settle();
    expect(commits.map(({ ids }) => ids)).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
  });

  it('answers after the commit, and hands the entries to the sessions before the answer', async () => {
    const order: string[] = [];
    onCommitted = () => order.push('handed over');
    void send('a').then(() => order.push('answered'));
    await settle();
    expect(order).toEqual([]);
    commits[0]?.done();
    await settle();
    expect(order).toEqual(['handed over', 'answered']);
  });

  it('finds by halves what fails for its own sake: it fails alone, and the order stays', async () => {
    const states = Object.fromEntries(['a', 'b', 'bad', 'c', 'd'].map((id) => [id, watch(send(id))]));
    for (let round = 0; round < 20; round++) {
      await settle();
      for (const commit of commits.splice(0)) {
        if (commit.ids.includes('bad')) commit.fail(new Error('a bad row'));
        else commit.done();
      }
    }
    expect(Object.entries(states).map(([id, state]) => `${id} ${state()}`)).toEqual([
      'a appended',
      'b appended',
      'bad Error: a bad row',
      'c appended',
      'd appended',
    ]);
    expect(committed).toEqual(['a', 'b', 'c', 'd']);
  });

  it('repeats nothing where the store cannot be reached: all are told', async () => {
    const states = ['a', 'b'].map((id) => watch(send(id)));
    await settle();
    commits[0]?.fail(new Problem('unavailable', 'away'));
    await settle();
    expect(states.map((state) => state())).toEqual(['unavailable', 'unavailable']);
    expect(commits).toHaveLength(1);
    const next = watch(send('c'));
    await settle();
    commits[1]?.done();
    await settle();
    expect(next()).toBe('appended');
  });

  it('goes on though handing over to a session failed: what is committed is answered', async () => {
    onCommitted = () => {
      throw new Error('a bug');
    };
    const one = watch(send('a'));
    await settle();
    commits[0]?.done();
    await settle();
    onCommitted = undefined;
    const two = watch(send('b'));
    await settle();
    commits[1]?.done();
    await settle();
    expect([one(), two()]).toEqual(['appended', 'appended']);
    expect(lines.lines.some((line) => line.startsWith('error'))).toBe(true);
  });

  it('says when every send that came so far has its answer', async () => {
    let idle = false;
    await intake.idle();
    void send('a');
    void intake.idle().then(() => {
      idle = true;
    });
    await settle();
    expect(idle).toBe(false);
    expect(intake.waiting).toBe(1);
    commits[0]?.done();
    await settle();
    expect(idle).toBe(true);
  });

  it('turns a tenant away of which 10,000 wait, and everybody when 20,000 do', async () => {
    const sends = (tenant: number, count: number) => {
      for (let n = 0; n < count; n++) void sendOf(tenant, `${tenant} ${n}`).catch(() => undefined);
    };
    sends(1, 10_000);
    const [late, other] = [watch(sendOf(1, 'late')), watch(sendOf(2, 'other'))];
    await settle();
    expect([late(), other()]).toEqual(['unavailable', 'waiting']);
    sends(2, 9_999);
    const last = watch(sendOf(3, 'last'));
    await settle();
    expect(last()).toBe('unavailable');
  });

  it('gives each tenant its turn, in the order of its own sends, however many wait of another', async () => {
    void sendOf(1, 'first');
    await settle();
    for (let n = 0; n < 3_000; n++) void sendOf(1, `flood ${n}`);
    for (let n = 0; n < 3; n++) void sendOf(2, `a ${n}`);
    for (let n = 0; n < 700; n++) void sendOf(3, `b ${n}`);
    commits[0]?.done();
    await settle();
    const ids = commits[1]?.ids ?? [];
    const of = (name: string) => ids.filter((id) => id.startsWith(name));
    expect(of('a')).toEqual(['a 0', 'a 1', 'a 2']);
    expect([of('flood').length, of('b').length]).toEqual([167, 167]);
    expect(of('flood')).toEqual(Array.from({ length: 167 }, (_, n) => `flood ${n}`));
    commits[1]?.done();
    await settle();
    expect(commits[2]?.ids.slice(0, 2)).toEqual(expect.arrayContaining(['flood 167']));
  });

  it('takes no more of one tenant at once while others are about, and as much as fits when it is alone', async () => {
    for (let tenant = 2; tenant <= 30; tenant++) void sendOf(tenant, `${tenant}`);
    void sendOf(1, 'first');
    await settle();
    for (let n = 0; n < 2_000; n++) void sendOf(1, `flood ${n}`);
    commits[0]?.done();
    await settle();
    expect(commits[1]?.ids).toHaveLength(50);
    await clock.run(1_100);
    commits[1]?.done();
    await settle();
    expect(commits[2]?.ids).toHaveLength(500);
  });
});

describe('a tenant whose lock is not had', () => {
  it('holds up its own sends only; they wait in order and go in when it is free', async () => {
    busy.add(2);
    const states = [watch(send('a', 2)), watch(send('b', 1)), watch(send('c', 2))];
    await runFor(100);
    expect(states.map((state) => state())).toEqual(['waiting', 'appended', 'waiting']);
    const more = [watch(send('d', 1)), watch(send('e', 2))];
    await runFor(100);
    expect(more.map((state) => state())).toEqual(['appended', 'waiting']);
    busy.clear();
    await runFor(200);
    expect([...states, ...more].map((state) => state())).toEqual(['appended', 'appended', 'appended', 'appended', 'appended']);
    expect(committed).toEqual(['b', 'd', 'a', 'c', 'e']);
  });

  it('holds up those that touch it beside others, and what follows them there', async () => {
    busy.add(2);
    void send('both', 1, 2);
    await runFor(50);
    const after = watch(send('after', 1));
    await runFor(50);
    expect(after()).toBe('waiting');
    busy.clear();
    await runFor(200);
    expect(committed).toEqual(['both', 'both', 'after']);
  });

  it('is waited for 15 s', async () => {
    busy.add(2);
    const one = watch(send('a', 2));
    await runFor(14_000);
    expect(one()).toBe('waiting');
    await runFor(2_000);
    expect(one()).toBe('unavailable');
    expect(intake.waiting).toBe(0);
  });

  it('lets a bad row among those that wait fail alone', async () => {
    busy.add(2);
    const states = ['a', 'bad', 'c'].map((id) => watch(send(id, 2)));
    await runFor(10);
    busy.clear();
    for (let passed = 0; passed < 500; passed += 10) {
      await clock.run(10);
      for (const commit of commits.splice(0)) {
        if (commit.ids.includes('bad')) commit.fail(new Error('a bad row'));
        else commit.done();
      }
    }
    expect(states.map((state) => state())).toEqual(['appended', 'Error: a bad row', 'appended']);
  });
});
