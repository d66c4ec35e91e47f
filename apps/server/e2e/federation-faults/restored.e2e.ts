import { it } from 'vitest';
import { restored } from './restored.js';

it('goes on where the side that dials was restored from an old backup', { timeout: 120_000 }, () => restored('the side that dials'));
