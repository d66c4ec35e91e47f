import { afterAll, beforeAll, describe } from 'vitest';
import { Places, SERVER_IS_THERE } from './places.js';
import { access } from './scenarios/access.js';
import { acrossTenants } from './scenarios/across-tenants.js';
import { calls } from './scenarios/calls.js';
import { history } from './scenarios/history.js';
import { messageLife } from './scenarios/message-life.js';
import { presence } from './scenarios/presence.js';
import { receiving } from './scenarios/receiving.js';
import { sending } from './scenarios/sending.js';
import { topics } from './scenarios/topics.js';
import { makeStage } from './stage.js';
import { TRANSPORTS } from './transports/index.js';

/** The scenarios, each said once. */
const SCENARIOS = { sending, receiving, messageLife, topics, calls, presence, history, access, acrossTenants };

let places: Places | undefined;
beforeAll(async () => {
  places = await Places.open(TRANSPORTS.map(({ name }) => name));
});
afterAll(() => places?.close());

/** All transports at once where each has a tenant of its own, because most of a scenario is waiting. */
const describeEach = SERVER_IS_THERE ? describe : describe.concurrent;

describeEach.each(TRANSPORTS)('$name', (transport) => {
  const place = () => {
    if (places === undefined) throw new Error('the server is not up yet');
    return places.of(transport.name);
  };
  describe.sequential('keeps the contract of', () => {
    for (const [name, scenarios] of Object.entries(SCENARIOS)) describe(name, () => scenarios(makeStage(transport, place)));
  });
});
