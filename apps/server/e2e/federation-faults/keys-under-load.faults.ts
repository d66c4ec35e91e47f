import { it } from 'vitest';
import { keysUnderLoad } from './keys-under-load.js';

it('makes new link keys every second for a minute under load, with nothing lost', () => keysUnderLoad(60, 1_600));
