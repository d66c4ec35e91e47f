import { it } from 'vitest';
import { duels } from './duels.js';

it('leaves one connection where both sides have dialled at once', { timeout: 240_000 }, async () => {
  await duels(2);
});
