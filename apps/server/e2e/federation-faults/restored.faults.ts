import { it } from 'vitest';
import { restored } from './restored.js';

it.each(['the side that is dialled', 'the side that dials'] as const)('goes on where %s was restored from an old backup', restored);
