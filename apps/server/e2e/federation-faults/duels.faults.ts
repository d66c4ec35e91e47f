import { expect, it } from 'vitest';
import { duels } from './duels.js';

it.each([1, 2, 3, 4])('leaves one connection where both sides have dialled at once, 250 times (%i of 4)', async () => {
  const both = await duels(250);
  console.info(`both had dialled in ${both} of 250 rounds`);
  expect(both).toBeGreaterThan(100);
});
