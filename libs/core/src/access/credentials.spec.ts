import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCredential } from './credentials.js';

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
const credential = (text: string) => ({ kind: 'credential', credential: text });

describe('reading Authorization', () => {
  it('takes Bearer, however the word is written', () => {
    expect(readCredential('Bearer vk_x')).toEqual(credential('vk_x'));
    expect(readCredential('bearer  a.b.c ')).toEqual(credential('a.b.c'));
  });

  it('takes the password of Basic, whatever the name is', () => {
    expect(readCredential(basic('anybody:vk_x'))).toEqual(credential('vk_x'));
    expect(readCredential(basic(':vk_x'))).toEqual(credential('vk_x'));
    expect(readCredential(basic('Иванов:vk_x'))).toEqual(credential('vk_x'));
    expect(readCredential(basic('a:b:c'))).toEqual(credential('b:c'));
  });

  it('tells nothing presented from something that cannot be checked', () => {
    expect(readCredential(undefined)).toEqual({ kind: 'none' });
    const malformed = [
      '',
      'Bearer',
      'Bearer ',
      'Digest x',
      'vk_x',
      basic('no-colon'),
      'Basic !!!',
      basic('a:'),
      basic('a:b c'),
      basic('a:б'),
      `Bearer ${'x'.repeat(9_000)}`,
    ];
    for (const header of malformed) expect(readCredential(header)).toEqual({ kind: 'malformed' });
  });

  it('never throws, and gives printable ASCII or nothing', () => {
    const headers = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map(basic),
      fc.string().map((text) => `Bearer ${text}`),
    );
    fc.assert(
      fc.property(headers, (header) => {
        const read = readCredential(header);
        if (read.kind === 'credential') expect(read.credential).toMatch(/^[\x21-\x7e]+$/);
      }),
    );
  });
});
