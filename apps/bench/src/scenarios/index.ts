import type { Scenario } from '../scenario.js';
import { durable } from './durable.js';
import { fanout } from './fanout.js';
import { idle } from './idle.js';
import { large } from './large.js';
import { push } from './push.js';
import { storm } from './storm.js';

/** All scenarios, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [push, fanout, durable, idle, storm, large];
