import { afterAll, beforeAll } from 'vitest';
import type { Place } from '../conformance/place.js';
import { Places } from '../conformance/places.js';

/** A tenant for all runs of one file. */
export function onePlace(): () => Place {
  let places: Places | undefined;
  beforeAll(async () => {
    places = await Places.open(['properties']);
  });
  afterAll(() => places?.close());
  return () => {
    if (places === undefined) throw new Error('the server is not up yet');
    return places.of('properties');
  };
}
