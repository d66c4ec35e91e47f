import { expect, it } from 'vitest';
import type { Recipient } from './message-life.js';
import { withdrawalOf } from './withdrawal.js';

const one = (address: string, state: Recipient['state']): Recipient => ({ address, state, installation: 'hq', timeline: [] });

it('takes a message back from those who have not settled it', () => {
  const recipients = [
    one('a@t.hq', 'queued'),
    one('b@t.hq', 'delivered'),
    one('c@t.hq', 'acknowledged'),
    one('d@t.hq', 'refused'),
    one('e@t.far', 'forwarded'),
  ];
  expect(withdrawalOf({ recipients })).toEqual({ from: 3, names: ['a@t.hq', 'b@t.hq', 'e@t.far'], keep: { acknowledged: 1, refused: 1 }, elsewhere: 1 });
});

it('counts the clients of a topic, not the topic', () => {
  const recipients = [one('#orders@t.hq', 'queued'), one('c@t.hq', 'queued')];
  expect(withdrawalOf({ recipients, counts: { queued: 7, acknowledged: 3 } })).toEqual({ from: 8, names: ['c@t.hq'], keep: { acknowledged: 3 }, elsewhere: 0 });
});
