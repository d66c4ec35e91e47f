import { describe, expect, it } from 'vitest';
import { adviceOf, errorTextOf } from './error-text.js';

describe('what the server noted of a failing webhook', () => {
  it.each([
    ['the endpoint answered 503', { kind: 'answered', status: 503, redirect: false }],
    ['the endpoint answered 301; redirects are not followed', { kind: 'answered', status: 301, redirect: true }],
    ['5 messages in a row were not taken: the endpoint answered 500', { kind: 'in-a-row', count: 5, cause: 'the endpoint answered 500' }],
    ['nothing was taken for a day: the connection was refused', { kind: 'a-day', cause: 'the connection was refused' }],
    ['the connection was refused', { kind: 'known', name: 'refused' }],
    ['the shop moves', { kind: 'other', text: 'the shop moves' }],
  ] as const)('%s', (text, error) => {
    expect(errorTextOf(text)).toEqual(error);
  });

  it('says what to look at first', () => {
    const told = [
      'the endpoint answered 401',
      'nothing was taken for a day: the endpoint answered 404',
      'the endpoint answered 410: it wants no more',
      'the shop moves',
    ];
    expect(told.map(adviceOf)).toEqual(['signature', 'url', 'gone', undefined]);
  });
});
