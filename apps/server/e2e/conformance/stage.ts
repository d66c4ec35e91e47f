import { afterAll, afterEach } from 'vitest';
import type { Person, Place } from './place.js';
import type { BusClient, ConnectParams, Transport } from './transports/bus-client.js';

/** Where scenarios are played: one tenant, over one transport. */
export interface Stage {
  readonly transport: Transport;
  readonly place: Place;
  /** Opens a session, over the stage's transport unless another is named; it is dropped when the test ends. */
  connect(person: Person, params?: Partial<ConnectParams>, transport?: Transport): Promise<BusClient>;
}

/** @param place asked for when a test runs, not before */
export function makeStage(transport: Transport, place: () => Place): Stage {
  const open: BusClient[] = [];
  const dropAll = () => {
    for (const client of open.splice(0)) if (client.ended === undefined) client.drop();
  };
  afterEach(dropAll);
  afterAll(dropAll);
  return {
    transport,
    get place() {
      return place();
    },
    async connect(person, params, over = transport) {
      const client = await over.connect(place(), { token: params?.token ?? (await place().token(person)), ...params });
      open.push(client);
      return client;
    },
  };
}
