import { describe, expect, it } from 'vitest';
import { TransportChoice } from './choice.js';

const ALL = ['websocket', 'sse', 'long-poll'] as const;
const MINUTE = 60_000;

describe('TransportChoice', () => {
  it('tries all by preference while none has worked', () => {
    const choice = new TransportChoice(ALL);
    choice.failed('websocket', 0);
    choice.failed('sse', 0);
    expect(choice.candidates(1)).toEqual(ALL);
  });

  it('keeps to the one that worked, since a bus that is away for a moment is no reason for another way', () => {
    const choice = new TransportChoice(ALL);
    choice.worked('websocket');
    for (const time of [1, 2]) {
      choice.failed('websocket', time);
      expect(choice.candidates(time)).toEqual(['websocket']);
    }
    choice.failed('websocket', 3);
    expect(choice.candidates(3)).toEqual(ALL);
  });

  it('tries what it would prefer again ten minutes after it failed', () => {
    const choice = new TransportChoice(ALL);
    choice.failed('websocket', 0);
    choice.worked('sse');
    expect(choice.candidates(9 * MINUTE)).toEqual(['sse']);
    expect(choice.candidates(10 * MINUTE)).toEqual(['websocket', 'sse']);
  });

  it('leaves a stream alone through which nothing came', () => {
    const choice = new TransportChoice(ALL);
    choice.failed('websocket', 0);
    choice.worked('sse');
    choice.starved('sse', MINUTE);
    expect(choice.candidates(2 * MINUTE)).toEqual(['websocket', 'long-poll']);
    choice.worked('long-poll');
    expect(choice.candidates(3 * MINUTE)).toEqual(['long-poll']);
    expect(choice.candidates(11 * MINUTE)).toEqual(['websocket', 'sse', 'long-poll']);
  });

  it('tries the only one there is, whatever came of it', () => {
    const choice = new TransportChoice(['sse']);
    choice.starved('sse', 0);
    expect(choice.candidates(1)).toEqual(['sse']);
  });
});
