import { describe, expect, it } from 'vitest';
import { Reach } from './reach.js';
import { readUrl } from './read-url.js';

describe('addresses that the bus may dial for a tenant', () => {
  const nowhere = new Reach([]);

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '168.63.129.16',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::808:808',
    '2002:7f00:1::1',
    '2001::1',
    '2001:db8::1',
    '3fff::1',
    'not an address',
    '',
  ])('%s is none of them', (address) => {
    expect([nowhere.mayDial(address, false), nowhere.mayDial(address, true)]).toEqual([false, false]);
  });

  it.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])('%s is one, by https alone', (address) => {
    expect([nowhere.mayDial(address, false), nowhere.mayDial(address, true)]).toEqual([true, false]);
  });

  it('are those that an administrator has opened too, and there by plain http', () => {
    const inside = new Reach(['10.1.0.0/16', '127.0.0.1', 'fd00:1::/32']);
    for (const address of ['10.1.255.1', '127.0.0.1', 'fd00:1::5'])
      expect([inside.mayDial(address, false), inside.mayDial(address, true)]).toEqual([true, true]);
    for (const address of ['10.2.0.1', '127.0.0.2', 'fd00:2::5', '::1']) expect(inside.mayDial(address, false)).toBe(false);
  });
});

describe('a URL that a tenant names', () => {
  it.each([
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://127.0.0.01/',
    'https://127.0.0.%31/',
    'https://１２７.0.0.1/',
    'https://[::ffff:127.0.0.1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[fe80::1%25eth0]/',
    'https://user:password@shop.example/',
    'https://user@shop.example/',
    'ftp://shop.example/',
    'file:///etc/passwd',
    'gopher://shop.example/',
    'javascript:alert(1)',
    'https://',
    '/hook',
    'shop.example/hook',
    ' https://shop.example/',
    'https://shop.example/a b',
    'https://shop.example/\n',
    `https://shop.example/${'x'.repeat(2_000)}`,
  ])('%j is not taken', (text) => {
    expect(readUrl(text).kind).toBe('refused');
  });

  it.each(['https://shop.example/hook?key=1', 'https://SHOP.example:8443/', 'http://127.0.0.1:81/', 'https://[2606:4700::1111]/', 'https://магазин.example/'])(
    '%s is read',
    (text) => {
      expect(readUrl(text).kind).toBe('url');
    },
  );
});
