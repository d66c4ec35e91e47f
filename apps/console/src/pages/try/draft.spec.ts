import { expect, it } from 'vitest';
import { callOf, FIRST_DRAFT, messageOf, readJson } from './draft.js';

it('sends to oneself where nobody is named, and to several with commas', () => {
  expect(messageOf(FIRST_DRAFT, 'test')).toEqual({ to: 'test', type: 'order.approved', data: { order: 'A-17', sum: 1200.5 } });
  expect(messageOf({ ...FIRST_DRAFT, to: 'ivanov, petrov@sales' }, 'test').to).toEqual(['ivanov', 'petrov@sales']);
});

it('names only what was set', () => {
  const draft = { ...FIRST_DRAFT, data: '', ttl: '60', receipt: true, durable: false, correlationId: ' A-17 ' };
  expect(messageOf(draft, 'test')).toEqual({ to: 'test', type: 'order.approved', data: null, ttl: 60, correlationId: 'A-17', receipt: true, durable: false });
  expect(callOf({ ...FIRST_DRAFT, timeout: '' }, 'test')).toEqual({ to: 'test', method: 'openForm', params: { order: 'A-17' } });
});

it('says why a text is no JSON', () => {
  expect(readJson('{"a":')).toMatchObject({ kind: 'wrong' });
  expect(readJson(' ')).toEqual({ kind: 'read', value: null });
});
