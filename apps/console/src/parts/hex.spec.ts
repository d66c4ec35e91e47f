import { expect, it } from 'vitest';
import { bytesOfBase64, hexRows } from './hex.js';

it('shows bytes in rows of sixteen, with what can be printed', () => {
  const rows = hexRows(new TextEncoder().encode('<b>hello</b> \u00e9, 17 bytes'));
  expect(rows).toHaveLength(2);
  expect(rows[0]).toEqual({ offset: '00000000', hex: '3c 62 3e 68 65 6c 6c 6f  3c 2f 62 3e 20 c3 a9 2c', text: '<b>hello</b> ..,' });
  expect(rows[1]?.offset).toBe('00000010');
});

it('reads base64 of both alphabets, and says of other texts that they are none', () => {
  expect(bytesOfBase64('-_8=')).toEqual(bytesOfBase64('+/8='));
  expect(bytesOfBase64('не base64')).toBeUndefined();
});
