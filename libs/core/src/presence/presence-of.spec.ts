import { describe, expect, it } from 'vitest';
import type { SessionSummary } from '../ports/node-bus.js';
import { presenceOf, tellPresence } from './presence-of.js';

const session = (word: string, more: Partial<SessionSummary> = {}): SessionSummary => ({
  session: word,
  clientId: 10,
  client: 'ivanov',
  tenantId: 1,
  transport: 'test',
  since: 1_000,
  ...more,
});

describe('the presence of a client', () => {
  it('is online while one session lives, since the first of them', () => {
    expect(presenceOf([session('a', { since: 2_000 }), session('b')])).toEqual({
      online: true,
      status: 'available',
      text: undefined,
      since: 1_000,
      sessions: 2,
    });
  });

  it('goes back to where a session without a break took over from', () => {
    expect(presenceOf([session('a', { since: 2_000, onlineSince: 500 })]).since).toBe(500);
  });

  it('has the status that was set last, with its text, and that of connect counts from the opening', () => {
    const [connected, set] = [session('a', { status: 'busy', since: 3_000 }), session('b', { status: 'away', text: 'lunch', statusAt: 2_500 })];
    expect(presenceOf([connected, set])).toMatchObject({ status: 'busy', text: undefined });
    expect(presenceOf([connected, { ...set, statusAt: 3_500 }, session('c')])).toMatchObject({ status: 'away', text: 'lunch' });
  });

  it('chooses alike on every node where two set a status in the same millisecond', () => {
    const [one, two] = [session('a', { status: 'busy', statusAt: 1 }), session('b', { status: 'away', statusAt: 1 })];
    expect(presenceOf([one, two]).status).toBe(presenceOf([two, one]).status);
  });

  it('is offline with a webhook alone, and says when it was seen where that is known', () => {
    expect(presenceOf([session('w', { transport: 'webhook', status: 'busy' })], 700)).toEqual({ online: false, since: 700, sessions: 0 });
    expect(presenceOf([session('w', { transport: 'webhook' }), session('a')]).sessions).toBe(1);
    expect(JSON.stringify(tellPresence('ivanov@sales.hq', presenceOf([])))).toBe('{"client":"ivanov@sales.hq","online":false,"sessions":0}');
  });
});
