import { it } from 'vitest';
import { duels } from './duels.js';

it.each([1, 2, 3, 4])('leaves one connection where both sides have dialled at once, 25 times (%i of 4)', { timeout: 900_000 }, async () => {
  console.info(`both had dialled 25 times in ${await duels(25)} rounds`);
});
