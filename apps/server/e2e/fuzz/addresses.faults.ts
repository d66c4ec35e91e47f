import { formatAddress, Problem, parseAddress, readTopicPattern, topicMatches } from '@vestnik/protocol';
import { expect, it } from 'vitest';
import { fuzzFor } from './fuzz-for.js';
import { mutateText } from './mutate.js';

const VALID = [
  'ivanov',
  'Иванов Иван',
  'ivanov@accounting',
  'ivanov@accounting.branch-7',
  'ivanov@accounting.branch-9.hq',
  'ivanov/7f3a',
  'ivanov@accounting/7f3a',
  '#orders/eu',
  '#orders/eu@accounting.branch-7',
  '*',
  '*@accounting',
  'Йозеф',
];

it('reads any text as an address or refuses it by a problem, and what it reads it writes in one form', async () => {
  await fuzzFor('addresses', { memory: () => process.memoryUsage().heapUsed }, (chance) => {
    const text = mutateText(chance.of(VALID), chance);
    let address: ReturnType<typeof parseAddress>;
    try {
      address = parseAddress(text, 'to/3');
    } catch (error) {
      if (!(error instanceof Problem)) throw new Error(`${JSON.stringify(text)} threw ${String(error)}`, { cause: error });
      expect([error.slug, error.extra.errors?.[0]?.path], JSON.stringify(text)).toEqual(['address-invalid', 'to/3']);
      return;
    }
    const whole = formatAddress(address.addressee, address.tenant ?? 'sales', address.path);
    expect(whole.normalize('NFC'), JSON.stringify(text)).toBe(whole);
    const again = parseAddress(whole);
    expect(formatAddress(again.addressee, again.tenant ?? '', again.path), JSON.stringify(text)).toBe(whole);
    expect(again.addressee, JSON.stringify(text)).toEqual(address.addressee);
  });
});

it('reads any text as a pattern of topics or not at all, and a topic fits itself', async () => {
  await fuzzFor('patterns', { memory: () => process.memoryUsage().heapUsed }, (chance) => {
    const pattern = readTopicPattern(mutateText(chance.of(['orders/eu', 'orders/+', 'orders/#', '+/eu', '#', 'роли/бухгалтер']), chance));
    if (pattern === undefined) return;
    expect(readTopicPattern(pattern)).toBe(pattern);
    expect(topicMatches('#', pattern)).toBe(true);
    expect(topicMatches(pattern, pattern)).toBe(true);
  });
});
