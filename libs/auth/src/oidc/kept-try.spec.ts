import { expect, it } from 'vitest';
import { openTry, sealTry } from './kept-try.js';

const secret = Buffer.alloc(32, 7);
const kept = { state: 's', nonce: 'n', verifier: 'v', expiresAt: 1_000 };

it('comes back as it was kept, until it is over', () => {
  const sealed = sealTry(kept, secret);
  expect(openTry(sealed, secret, 999)).toEqual(kept);
  expect(openTry(sealed, secret, 1_000)).toBeUndefined();
});

it('is nothing where anybody has changed it, or written it with another secret', () => {
  const sealed = sealTry(kept, secret);
  const [text = '', signature = ''] = sealed.split('.');
  const other = sealTry({ ...kept, expiresAt: 9_000 }, secret).split('.')[0];
  for (const wrong of ['', '.', text, `${text}.`, `${other}.${signature}`, `${text}.${'A'.repeat(43)}`, sealTry(kept, Buffer.alloc(32, 8)), `${sealed}x`]) {
    expect(openTry(wrong, secret, 0), wrong).toBeUndefined();
  }
});
