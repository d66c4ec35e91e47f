import { expect, it } from 'vitest';
import { duels } from './duels.js';

it('leaves one connection where both sides have dialled at once', { timeout: 120_000 }, async () => {
  expect(await duels(5)).toBeGreaterThan(0);
});
