import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

const known = ['push', 'idle'];

describe('the command line', () => {
  it('runs everything, five rounds, when nothing is said', () => {
    expect(readOptions([], known)).toEqual({ kind: 'run', options: { scenarios: known, rounds: 5, quick: false, messages: 10_000_000, json: undefined } });
  });

  it('leaves out by default what runs on request only', () => {
    expect(readOptions([], known, ['push'])).toMatchObject({ options: { scenarios: ['push'] } });
    expect(readOptions(['idle'], known, ['push'])).toMatchObject({ options: { scenarios: ['idle'] } });
  });

  it('takes scenarios, rounds and a file', () => {
    const wish = readOptions(['idle', '--rounds', '2', '--json', 'out.json', '--quick'], known);
    expect(wish).toEqual({ kind: 'run', options: { scenarios: ['idle'], rounds: 2, quick: true, messages: 200_000, json: 'out.json' } });
  });

  it('says what is wrong with it', () => {
    expect(readOptions(['pull'], known)).toMatchObject({ kind: 'wrong', reason: expect.stringContaining('push, idle') });
    expect(readOptions(['--rounds', '0'], known)).toMatchObject({ kind: 'wrong' });
    expect(readOptions(['--messages', '5'], known)).toMatchObject({ kind: 'wrong' });
    expect(readOptions(['--fast'], known)).toMatchObject({ kind: 'wrong' });
  });
});
