import { describe, it } from 'vitest';
import { anything, anythingSlow } from './message-life-model.js';
import { onePlace } from './one-place.js';
import { play } from './play.js';

describe('whatever happens to messages, in whatever order', () => {
  const place = onePlace();

  it('each ends in one state, none is lost, none comes twice to a session, and order holds', () => play(place(), anything, { runs: 25, seconds: 12 }), 60_000);

  it('the same where some expire', () => play(place(), anythingSlow, { runs: 3, seconds: 8 }), 60_000);
});
