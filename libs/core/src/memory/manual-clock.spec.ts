import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.js';

describe('the manual clock', () => {
  it('stands still until it is told to go on, then calls what is due in order', () => {
    const clock = new ManualClock(1_000);
    const called: string[] = [];
    clock.after(20, () => called.push(`after 20 at ${clock.monotonic()}`));
    clock.every(8, () => called.push(`every 8 at ${clock.monotonic()}`));
    clock.after(8, () => called.push(`after 8 at ${clock.monotonic()}`));
    clock.advance(7);
    expect(called).toEqual([]);
    clock.advance(14);
    expect(called).toEqual(['every 8 at 8', 'after 8 at 8', 'every 8 at 16', 'after 20 at 20']);
    expect([clock.now(), clock.monotonic(), clock.waiting]).toEqual([1_021, 21, 1]);
  });

  it('calls no timer that was cancelled, also not one that cancels itself', () => {
    const clock = new ManualClock();
    let calls = 0;
    clock.after(5, () => calls++).cancel();
    const timer = clock.every(5, () => {
      calls++;
      timer.cancel();
    });
    clock.advance(100);
    expect([calls, clock.waiting]).toEqual([1, 0]);
  });

  it('lets what a timer has set going settle before the next', async () => {
    const clock = new ManualClock();
    const called: string[] = [];
    clock.after(1, async () => {
      await Promise.resolve();
      called.push('settled');
      clock.after(1, () => called.push('set meanwhile'));
    });
    clock.after(3, () => called.push('next'));
    await clock.run(3);
    expect(called).toEqual(['settled', 'set meanwhile', 'next']);
  });

  it('lets the time of day jump without what measures durations', () => {
    const clock = new ManualClock(0);
    clock.jump(-3_600_000);
    clock.advance(10);
    expect([clock.now(), clock.monotonic()]).toEqual([-3_599_990, 10]);
  });
});
