import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Addressee, formatAddress, parseAddress } from './address.js';
import { Problem } from './problems.js';

const client = (name: string): Addressee => ({ kind: 'client', name });

describe('reading an address', () => {
  it.each<[string, ReturnType<typeof parseAddress>]>([
    ['ivanov', { addressee: client('ivanov'), path: [] }],
    ['Иванов Иван', { addressee: client('Иванов Иван'), path: [] }],
    ['ivanov@accounting', { addressee: client('ivanov'), tenant: 'accounting', path: [] }],
    ['ivanov@accounting.branch-9.hq', { addressee: client('ivanov'), tenant: 'accounting', path: ['branch-9', 'hq'] }],
    ['ivanov/7f3a', { addressee: { kind: 'session', name: 'ivanov', session: '7f3a' }, path: [] }],
    ['ivanov@accounting/7f3a', { addressee: { kind: 'session', name: 'ivanov', session: '7f3a' }, tenant: 'accounting', path: [] }],
    ['#orders/eu', { addressee: { kind: 'topic', name: 'orders/eu' }, path: [] }],
    ['#orders/eu@accounting.branch-7', { addressee: { kind: 'topic', name: 'orders/eu' }, tenant: 'accounting', path: ['branch-7'] }],
    ['*', { addressee: { kind: 'everyone' }, path: [] }],
    ['*@accounting', { addressee: { kind: 'everyone' }, tenant: 'accounting', path: [] }],
  ])('%s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it.each([
    '',
    '@',
    '@accounting',
    'a@',
    'a@b@c',
    'a@B',
    'a@b..c',
    'a@b.',
    '#',
    '#a//b',
    '#t@p/s',
    '*/s',
    '*@p/s',
    'a/',
    '/s',
    'a/b/c',
    'a@p/',
    'a@p/s/t',
    'a/b@p/s',
    'a/с',
    ' a',
  ])('refuses %j and says where it stood', (text) => {
    expect(() => parseAddress(text, 'to/3')).toThrow(
      expect.objectContaining({ slug: 'address-invalid', extra: { errors: [{ path: 'to/3', message: expect.any(String) }] } }),
    );
  });

  it('brings names to NFC', () => {
    expect(parseAddress('\u0418\u0306@a').addressee).toEqual(client('\u0419'));
  });

  it('throws nothing but a problem, whatever it is given', () => {
    const pieces = fc.array(fc.oneof(fc.constantFrom('@', '/', '.', '#', '*', ' ', 'a', 'Ж', '-', '\ud800'), fc.string({ unit: 'binary', maxLength: 3 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(pieces, (parts) => {
        try {
          parseAddress(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads what was written, for every kind of addressee', () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?$/);
    const name = fc.stringMatching(/^[A-Za-zА-я0-9]([A-Za-zА-я0-9 ._-]{0,8}[A-Za-zА-я0-9])?$/).map((text) => text.normalize('NFC'));
    const addressee = fc.oneof(
      fc.record({ kind: fc.constant('client' as const), name }),
      fc.record({ kind: fc.constant('session' as const), name, session: fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/) }),
      fc.record({ kind: fc.constant('topic' as const), name: fc.array(name, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/')) }),
      fc.constant({ kind: 'everyone' as const }),
    );
    fc.assert(
      fc.property(addressee, label, fc.array(label, { maxLength: 3 }), (to, tenant, path) => {
        expect(parseAddress(formatAddress(to, tenant, path))).toEqual({ addressee: to, tenant, path });
      }),
    );
  });
});
