import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Beating, type Choked, Heartbeats } from './heartbeats.js';

const INTERVAL = 25_000;
let heartbeats: Heartbeats;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  heartbeats = new Heartbeats(INTERVAL, 60_000);
});

afterEach(() => {
  heartbeats.stop();
  vi.useRealTimers();
});

class Connection implements Beating, Choked {
  heard = true;
  pings = 0;
  dead = false;
  bytesLeft = 0;
  free = false;
  stuckAt: number | undefined;
  ping(): void {
    this.pings++;
  }
  lifeless(): void {
    this.dead = true;
  }
  relieved(): boolean {
    return this.free;
  }
  stuck(): void {
    this.stuckAt = performance.now();
  }
}

const pass = (ms: number) => vi.advanceTimersByTime(ms);

describe('a connection', () => {
  it('is pinged once an interval, the first time after a whole one', () => {
    const connection = new Connection();
    heartbeats.add(connection);
    pass(INTERVAL - 1_001);
    expect(connection.pings).toBe(0);
    pass(1_001);
    expect(connection.pings).toBe(1);
    connection.heard = true;
    pass(INTERVAL);
    expect(connection.pings).toBe(2);
  });

  it('is given up after two intervals without a sign of life', () => {
    const connection = new Connection();
    heartbeats.add(connection);
    pass(2 * INTERVAL);
    expect(connection.dead).toBe(false);
    pass(INTERVAL);
    expect(connection.dead).toBe(true);
  });

  it('that was silent for one interval and then spoke has two intervals again', () => {
    const connection = new Connection();
    heartbeats.add(connection);
    pass(2 * INTERVAL);
    connection.heard = true;
    pass(2 * INTERVAL);
    expect(connection.dead).toBe(false);
    pass(INTERVAL);
    expect(connection.dead).toBe(true);
  });

  it('is left alone once it is removed', () => {
    const connection = new Connection();
    heartbeats.remove(connection, heartbeats.add(connection));
    pass(10 * INTERVAL);
    expect([connection.pings, connection.dead]).toEqual([0, false]);
  });

  it('is pinged at another time than one that came later', () => {
    const [early, late] = [new Connection(), new Connection()];
    heartbeats.add(early);
    pass(INTERVAL / 2);
    heartbeats.add(late);
    pass(INTERVAL / 2);
    expect([early.pings, late.pings]).toEqual([1, 0]);
  });
});

describe('a choked connection', () => {
  it('is given up when no byte has left for a minute', () => {
    const connection = new Connection();
    heartbeats.watch(connection);
    pass(59_000);
    expect(connection.stuckAt).toBeUndefined();
    pass(2_000);
    expect(connection.stuckAt).toBeDefined();
  });

  it('is kept as long as something leaves, however slowly, and when it is relieved', () => {
    const [slow, relieved] = [new Connection(), new Connection()];
    heartbeats.watch(slow);
    heartbeats.watch(relieved);
    pass(30_000);
    relieved.free = true;
    for (let n = 0; n < 10; n++) {
      slow.bytesLeft++;
      pass(50_000);
    }
    expect([slow.stuckAt, relieved.stuckAt]).toEqual([undefined, undefined]);
  });

  it('is watched from the first time on, though it is choked again and again', () => {
    const connection = new Connection();
    for (let n = 0; n < 61; n++) {
      heartbeats.watch(connection);
      pass(1_000);
    }
    expect(connection.stuckAt).toBeDefined();
  });
});
