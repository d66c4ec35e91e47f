import { expect, it } from 'vitest';
import { nearNames } from './near-names.js';

it('finds what was meant by a slip of the finger: left out, put in, taken for another, swapped', () => {
  expect(nearNames('ivanov', ['ivanof', 'ivnov', 'ivaanov', 'vianov', 'petrov', 'ivanov'])).toEqual(['ivaanov', 'ivanof', 'ivnov']);
  expect(nearNames('vianov', ['ivanov'])).toEqual(['ivanov']);
  expect(nearNames('Иванов', ['иванов', 'Петров'])).toEqual(['иванов']);
});

it('takes one slip in a short name, and suggests at most three', () => {
  expect(nearNames('hq', ['h', 'hqq', 'q', 'ab', 'branch'])).toEqual(['h', 'hqq', 'q']);
  expect(nearNames('shop', ['shop1', 'shop2', 'shop3', 'shop4'])).toEqual(['shop1', 'shop2', 'shop3']);
  expect(nearNames('shop', ['sh'])).toEqual([]);
});

it('suggests what differs in capitals alone first', () => {
  expect(nearNames('orders', ['order', 'Orders'])).toEqual(['Orders', 'order']);
});
