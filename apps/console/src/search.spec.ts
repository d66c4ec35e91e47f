import { expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './search.js';

it('keeps texts as they are', () => {
  const search = { tenant: '007', from: 'sales/ivanov&co', id: '1e5', state: 'true' };
  expect(parseSearch(stringifySearch(search))).toEqual(search);
});

it('leaves out what is not set', () => {
  expect(stringifySearch({ tenant: undefined, search: '', limit: 3 })).toBe('');
});
