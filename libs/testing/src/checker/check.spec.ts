import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertNothingWrong, type Counts, check } from './check.js';
import { type Attempt, type Observation, parseObservations, type Receipt, type SubscriptionStep } from './observation.js';
import { FileRecorder } from './recorder.js';

const SERVER = 'server@sales.hq';
const IVANOV = 'ivanov@sales.hq';

const sent = (label: string, extra: Partial<Attempt> = {}): Observation => ({ kind: 'send', label, sender: SERVER, to: [IVANOV], ...extra });
const answered = (label: string, extra: { id?: string; recipients?: string[] } = {}): Observation => ({
  kind: 'answer',
  label,
  id: `id-${label}`,
  recipients: [IVANOV],
  ...extra,
});
const received = (label: string, extra: Partial<Receipt> = {}): Observation => ({
  kind: 'receive',
  client: IVANOV,
  session: 's1',
  life: 'one',
  label,
  id: `id-${label}`,
  from: SERVER,
  redelivered: false,
  application: true,
  ...extra,
});
const acknowledged = (label: string, session = 's1'): Observation => ({ kind: 'acknowledged', client: IVANOV, session, label });

const TOPIC = '#orders/eu@sales.hq';
const PETROV = 'petrov@sales.hq';
const toTopic = (label: string): Observation => sent(label, { to: [TOPIC] });
const topicAnswered = (label: string): Observation => answered(label, { recipients: [TOPIC] });
const subscription = (pattern: string, ...steps: SubscriptionStep['step'][]): Observation[] =>
  steps.map((step) => ({ kind: 'subscription', client: IVANOV, pattern, step }));

const NOTHING: Counts = {
  attempted: 0,
  accepted: 0,
  refused: 0,
  received: 0,
  recovered: 0,
  lost: 0,
  seenTwice: 0,
  repeatedInSession: 0,
  afterAcknowledgement: 0,
  outOfOrder: 0,
  unexpected: 0,
  unmarked: 0,
};

function expectCounts(observations: Observation[], counts: Partial<Counts>): void {
  expect(check(observations).counts).toEqual({ ...NOTHING, ...counts });
}

describe('the checker', () => {
  it('finds nothing wrong where each message that was accepted arrived once', () => {
    const run = [sent('a'), answered('a'), sent('b'), received('a'), answered('b'), received('b'), acknowledged('b')];
    expectCounts(run, { attempted: 2, accepted: 2, received: 2 });
    expect(() => assertNothingWrong(check(run))).not.toThrow();
  });

  it('counts a message as lost that was accepted and never arrived', () => {
    const run = [sent('a'), answered('a'), sent('b'), answered('b'), received('a')];
    expectCounts(run, { attempted: 2, accepted: 2, received: 1, lost: 1 });
    expect(() => assertNothingWrong(check(run))).toThrow(/lost 1[\s\S]*lost: b was accepted for ivanov@sales.hq/);
  });

  it('does not call a message lost while the run goes on', () => {
    expect(check([sent('a'), answered('a')], { complete: false }).counts.lost).toBe(0);
  });

  it('counts one loss for each recipient', () => {
    const both = { to: [IVANOV, 'petrov@sales.hq'] };
    expectCounts([sent('a', both), answered('a', { recipients: both.to })], { attempted: 1, accepted: 1, lost: 2 });
    expectCounts([sent('a', both), answered('a', { recipients: both.to }), received('a')], { attempted: 1, accepted: 1, received: 1, lost: 1 });
  });

  it('holds the bus to those recipients only that it did not refuse', () => {
    const both = { to: [IVANOV, 'petrov@sales.hq'] };
    expectCounts([sent('a', both), answered('a'), received('a')], { attempted: 1, accepted: 1, received: 1 });
  });

  it('holds the bus to every client that * stood for', () => {
    const everyone = { to: ['*@sales.hq'], stands: [IVANOV, 'petrov@sales.hq'] };
    expectCounts([sent('a', everyone), answered('a', { recipients: ['*@sales.hq'] }), received('a')], { attempted: 1, accepted: 1, received: 1, lost: 1 });
  });

  it('does not wait for what ended otherwise', () => {
    expectCounts([sent('a'), answered('a'), { kind: 'settled', label: 'a', recipient: IVANOV, state: 'withdrawn' }], { attempted: 1, accepted: 1 });
  });

  it('counts what was never answered as recovered when it arrives, and as nothing when it does not', () => {
    const run = [sent('a'), { kind: 'no-answer', label: 'a' } as const];
    expectCounts(run, { attempted: 1 });
    expectCounts([...run, received('a')], { attempted: 1, received: 1, recovered: 1 });
  });

  it('counts what the application sees twice, under the same id', () => {
    expectCounts([sent('a'), answered('a'), received('a'), received('a', { session: 's2', redelivered: true })], {
      attempted: 1,
      accepted: 1,
      received: 1,
      seenTwice: 1,
    });
  });

  it('counts what the application sees twice, under another id', () => {
    expectCounts([sent('a'), { kind: 'no-answer', label: 'a' }, received('a', { id: 'x' }), received('a', { id: 'y', session: 's2', redelivered: true })], {
      attempted: 1,
      received: 1,
      recovered: 1,
      seenTwice: 1,
      unexpected: 1,
    });
  });

  it('lets an application see a message again in its next life, or drop it itself', () => {
    const run = [sent('a'), answered('a'), received('a')];
    expectCounts([...run, received('a', { session: 's2', life: 'two', redelivered: true })], { attempted: 1, accepted: 1, received: 1 });
    expectCounts([...run, received('a', { session: 's2', application: false, redelivered: true })], { attempted: 1, accepted: 1, received: 1 });
  });

  it('counts a repeat within one session, even if the library hid it from the application', () => {
    expectCounts([sent('a'), answered('a'), received('a'), received('a', { application: false })], {
      attempted: 1,
      accepted: 1,
      received: 1,
      repeatedInSession: 1,
    });
  });

  it('counts a repeat that is not marked as one', () => {
    expectCounts([sent('a'), answered('a'), received('a'), received('a', { session: 's2', application: false })], {
      attempted: 1,
      accepted: 1,
      received: 1,
      unmarked: 1,
    });
  });

  it('counts what comes again after its acknowledgement was answered', () => {
    const run = [sent('a'), answered('a'), sent('b'), answered('b'), received('a'), received('b')];
    const again = received('a', { session: 's2', application: false, redelivered: true });
    expectCounts([...run, acknowledged('a'), again], { attempted: 2, accepted: 2, received: 2, afterAcknowledgement: 1 });
    expectCounts([...run, acknowledged('b'), again], { attempted: 2, accepted: 2, received: 2, afterAcknowledgement: 1 });
    expectCounts([...run, acknowledged('a'), received('b', { session: 's2', application: false, redelivered: true })], {
      attempted: 2,
      accepted: 2,
      received: 2,
    });
  });

  it('does not call it a fault when the session had begun before the acknowledgement was answered', () => {
    const begun = { kind: 'session', client: IVANOV, session: 's2' } as const;
    const again = received('a', { session: 's2', application: false, redelivered: true });
    const run = [sent('a'), answered('a'), received('a')];
    expectCounts([...run, begun, acknowledged('a'), again], { attempted: 1, accepted: 1, received: 1 });
    expectCounts([...run, acknowledged('a'), begun, again], { attempted: 1, accepted: 1, received: 1, afterAcknowledgement: 1 });
  });

  it('counts as unexpected an answer with another id than the message had that has already come', () => {
    expect(check([sent('a'), received('a', { id: 'early' }), answered('a')]).counts.unexpected).toBe(1);
  });

  it('counts what comes out of order, where the order is certain because one was answered before the other was sent', () => {
    expectCounts([sent('a'), answered('a'), sent('b'), answered('b'), received('b'), received('a')], {
      attempted: 2,
      accepted: 2,
      received: 2,
      outOfOrder: 1,
    });
  });

  it('counts what comes out of order on one connection', () => {
    const connection = { connection: 'c1' };
    const sends = [sent('a', connection), sent('b', connection), answered('a'), answered('b')];
    expectCounts([...sends, received('b'), received('a')], { attempted: 2, accepted: 2, received: 2, outOfOrder: 1 });
    expectCounts([...sends, received('a'), received('b')], { attempted: 2, accepted: 2, received: 2 });
  });

  it('does not judge the order of sends that were under way at once, nor of a repeated one', () => {
    expectCounts([sent('a'), sent('b'), answered('a'), answered('b'), received('b'), received('a')], { attempted: 2, accepted: 2, received: 2 });
    const connection = { connection: 'c1' };
    const repeated = [sent('a', connection), sent('b', connection), { kind: 'no-answer', label: 'a' } as const, answered('b'), sent('a', connection)];
    expectCounts([...repeated, answered('a'), received('b'), received('a')], { attempted: 2, accepted: 2, received: 2 });
  });

  it('keeps the orders of different senders and addresses apart', () => {
    const other = { sender: 'petrov@sales.hq' };
    expectCounts([sent('a'), answered('a'), sent('b', other), answered('b'), received('b', { from: 'petrov@sales.hq' }), received('a')], {
      attempted: 2,
      accepted: 2,
      received: 2,
    });
  });

  it('counts as unexpected what nobody sent', () => {
    expectCounts([received('ghost')], { unexpected: 1 });
  });

  it.each([
    ['for another client', { client: 'petrov@sales.hq' }],
    ['for the client of that name in another tenant', { client: 'ivanov@accounting.hq' }],
    ['from somebody else', { from: 'server@accounting.hq' }],
    ['under another id than was answered', { id: 'another' }],
  ])('counts as unexpected what came %s', (_what, extra) => {
    expect(check([sent('a'), answered('a'), received('a', extra)]).counts.unexpected).toBe(1);
  });

  it('counts as unexpected what had been refused, unless a later try was taken', () => {
    const refusal = { kind: 'refusal', label: 'a', slug: 'rate-limited' } as const;
    expectCounts([sent('a'), refusal], { attempted: 1, refused: 1 });
    expect(check([sent('a'), refusal, received('a')]).counts.unexpected).toBe(1);
    expectCounts([sent('a'), refusal, sent('a'), answered('a'), received('a')], { attempted: 1, accepted: 1, received: 1 });
  });

  it('counts as unexpected a second answer with another id', () => {
    expect(check([sent('a'), answered('a'), sent('a'), answered('a', { id: 'another' }), received('a')]).counts.unexpected).toBe(1);
  });

  it('keeps devices apart: each has a position of its own', () => {
    const run = [sent('a'), answered('a'), received('a', { device: 'phone' }), received('a', { device: 'desk', session: 's2', life: 'desk' })];
    expectCounts(run, { attempted: 1, accepted: 1, received: 1 });
  });

  describe('of topics', () => {
    const run = [toTopic('a'), topicAnswered('a')];

    it.each(['orders/eu', 'orders/+', '+/eu', 'orders/#', 'orders/eu/#', '#'])('counts as lost what did not come to a subscriber of %s', (pattern) => {
      const subscribed = subscription(pattern, 'begins', 'began');
      expectCounts([...subscribed, ...run], { attempted: 1, accepted: 1, lost: 1 });
      expectCounts([...subscribed, ...run, received('a')], { attempted: 1, accepted: 1, received: 1 });
    });

    it.each(['orders', 'orders/us', 'orders/+/+', '+', 'orders/eu/+', 'stock/#'])('counts as unexpected what came to a subscriber of %s', (pattern) => {
      const subscribed = subscription(pattern, 'begins', 'began');
      expectCounts([...subscribed, ...run], { attempted: 1, accepted: 1 });
      expectCounts([...subscribed, ...run, received('a')], { attempted: 1, accepted: 1, received: 1, unexpected: 1 });
    });

    it('holds the bus to nobody else, and to nobody of that name in another tenant', () => {
      const elsewhere = { kind: 'subscription', client: 'ivanov@accounting.hq', pattern: 'orders/eu' } as const;
      const both: Observation[] = [...subscription('orders/eu', 'begins', 'began'), { ...elsewhere, step: 'begins' }, { ...elsewhere, step: 'began' }, ...run];
      expectCounts([...both, received('a')], { attempted: 1, accepted: 1, received: 1 });
      expect(check([...both, received('a'), received('a', { client: PETROV })]).counts.unexpected).toBe(1);
      expect(check([...both, received('a'), received('a', { client: 'ivanov@accounting.hq' })]).counts.unexpected).toBe(1);
    });

    it('leaves open what was accepted between a call and its answer', () => {
      const begins = subscription('orders/eu', 'begins');
      const began = subscription('orders/eu', 'began');
      for (const observations of [
        [...begins, ...run, ...began],
        [...begins, toTopic('a'), ...began, topicAnswered('a')],
        [...begins, ...began, ...subscription('orders/eu', 'ends'), ...run, ...subscription('orders/eu', 'ended')],
        [...begins, ...began, toTopic('a'), ...subscription('orders/eu', 'ends'), topicAnswered('a')],
      ]) {
        expect(check(observations).faults).toEqual([]);
        expect(check([...observations, received('a')]).faults).toEqual([]);
      }
    });

    it('owes what was accepted before the end, although it comes, or would have come, after it', () => {
      const ended = [...subscription('orders/eu', 'begins', 'began'), ...run, ...subscription('orders/eu', 'ends', 'ended')];
      expectCounts(ended, { attempted: 1, accepted: 1, lost: 1 });
      expectCounts([...ended, received('a')], { attempted: 1, accepted: 1, received: 1 });
      expectCounts([...ended, ...subscription('orders/eu', 'begins', 'began')], { attempted: 1, accepted: 1, lost: 1 });
    });

    it('counts as unexpected what was sent after the end, or accepted before the beginning', () => {
      expect(check([...subscription('orders/eu', 'begins', 'began', 'ends', 'ended'), ...run, received('a')]).counts.unexpected).toBe(1);
      expect(check([...run, ...subscription('orders/eu', 'begins', 'began'), received('a')]).counts.unexpected).toBe(1);
    });

    it('takes a call that is repeated for one, and an end that was never answered for a perhaps', () => {
      const repeated = subscription('orders/eu', 'begins', 'begins', 'began');
      expect(check([...repeated, ...run]).counts.lost).toBe(1);
      const perhaps = [...repeated, ...subscription('orders/eu', 'ends'), ...run];
      expect(check(perhaps).faults).toEqual([]);
      expect(check([...perhaps, received('a')]).faults).toEqual([]);
    });

    it('owes what one of two subscriptions covers, and what both cover together', () => {
      const other = (...steps: SubscriptionStep['step'][]) => subscription('orders/+', ...steps);
      const one = [...subscription('orders/eu', 'begins', 'began'), toTopic('a'), ...other('begins', 'began')];
      expect(check([...one, ...subscription('orders/eu', 'ends', 'ended'), topicAnswered('a')]).counts.lost).toBe(1);
      expect(check([...one, ...other('ends', 'ended'), topicAnswered('a')]).counts.lost).toBe(1);
      expect(check([...one, ...other('ends', 'ended'), ...subscription('orders/eu', 'ends', 'ended'), topicAnswered('a')]).counts.lost).toBe(0);
    });

    it('knows by the first receipt that a message had been accepted, whenever its answer comes', () => {
      const taken = [...subscription('orders/eu', 'begins', 'began'), toTopic('a'), received('a', { client: PETROV })];
      const subscribed: Observation[] = subscription('#', 'begins', 'began').map((step) => ({ ...step, client: PETROV }) as Observation);
      expect(check([...subscribed, ...taken, ...subscription('orders/eu', 'ends', 'ended'), topicAnswered('a')]).counts.lost).toBe(1);
    });

    it('judges the order of one sender to one topic', () => {
      const subscribed = subscription('orders/#', 'begins', 'began');
      const two = [...subscribed, ...run, toTopic('b'), topicAnswered('b')];
      expect(check([...two, received('b'), received('a')]).counts.outOfOrder).toBe(1);
      expect(check([...two, received('a'), received('b')]).faults).toEqual([]);
    });
  });

  it('reads from a file what several recorders wrote, without a line that was cut off', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vestnik-checker-'));
    try {
      const path = join(folder, 'record.jsonl');
      const one = new FileRecorder(path);
      const two = new FileRecorder(path);
      one.record(sent('a'));
      two.record(answered('a'));
      one.record(received('a'));
      one.close();
      two.close();
      writeFileSync(path, '{"kind":"rece', { flag: 'a' });
      expectCounts(parseObservations(readFileSync(path, 'utf8')), { attempted: 1, accepted: 1, received: 1 });
      expect(() => parseObservations('{"kind":"gossip"}\n')).toThrow(/line 1/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
