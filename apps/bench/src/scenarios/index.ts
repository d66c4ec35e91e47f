import type { Scenario } from '../scenario.js';
import { calls } from './calls.js';
import { durable } from './durable.js';
import { fanout } from './fanout.js';
import { flood } from './flood.js';
import { idle } from './idle.js';
import { large } from './large.js';
import { links } from './links.js';
import { longPoll } from './long-poll.js';
import { push } from './push.js';
import { storm } from './storm.js';
import { topics } from './topics.js';

/** All scenarios, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [push, fanout, topics, durable, calls, longPoll, flood, idle, storm, links, large];
