import { describe, expect, it } from 'vitest';
import { Seal } from './seal.js';

const secret = Buffer.alloc(32, 1);
const text = '{"kind":"hello","text":"Ж😀"}';

describe('what nodes tell each other', () => {
  it('is opened by a node with the same secret, once', () => {
    const [one, two] = [new Seal(secret, 'one'), new Seal(secret, 'two')];
    const closed = [one.close(text), one.close(text)] as const;
    expect(closed[0]).not.toContain('hello');
    expect(two.open(closed[1])).toEqual({ node: 'one', text });
    expect([two.open(closed[1]), two.open(closed[0])]).toEqual([undefined, undefined]);
    expect(one.open(closed[0])).toBe('own');
  });

  it('is opened by no other', () => {
    expect(new Seal(Buffer.alloc(32, 2), 'two').open(new Seal(secret, 'one').close(text))).toBeUndefined();
  });

  it('cannot be said by another, at another place, or in other words', () => {
    const closed = new Seal(secret, 'one').close(text);
    const two = new Seal(secret, 'two');
    const [node, number, body = ''] = closed.split('.');
    const bytes = Buffer.from(body, 'base64');
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    for (const forged of [
      closed.replace('one', 'three'),
      closed.replace('.1.', '.2.'),
      `${node}.${number}.${bytes.toString('base64')}`,
      `${node}.${number}.${body.slice(0, 8)}`,
      '',
      'one',
      'one.1.',
      'one.1.A',
      'one.-1.AAAA',
      'null',
    ]) {
      expect(two.open(forged), forged).toBeUndefined();
    }
    expect(two.open(closed)).toEqual({ node: 'one', text });
  });
});
