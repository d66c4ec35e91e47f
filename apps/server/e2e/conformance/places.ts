import { TestServer } from '@vestnik/testing';
import { Place } from './place.js';

const { VESTNIK_CONFORMANCE_URL: URL_THERE, VESTNIK_CONFORMANCE_KEY: KEY, VESTNIK_CONFORMANCE_TENANT: TENANT } = process.env;
const { VESTNIK_CONFORMANCE_NEIGHBOUR_KEY: NEIGHBOUR_KEY, VESTNIK_CONFORMANCE_NEIGHBOUR: NEIGHBOUR } = process.env;

/** Whether the environment names a server that is there already. */
export const SERVER_IS_THERE = URL_THERE !== undefined;

/** Whether there is a second tenant, whose border can be tried. */
export const HAS_NEIGHBOUR = !SERVER_IS_THERE || (NEIGHBOUR !== undefined && NEIGHBOUR_KEY !== undefined);
if (!HAS_NEIGHBOUR) console.warn('\n!!! SKIPPED: without VESTNIK_CONFORMANCE_NEIGHBOUR and its key nothing across tenants is tried.\n');

/** The server that the environment names, with its one tenant; or one of our own, with a tenant for each way to hold a session. */
export class Places {
  readonly #places = new Map<string, Place>();

  private constructor(private readonly server: TestServer | undefined) {}

  static async open(names: readonly string[]): Promise<Places> {
    const places = new Places(SERVER_IS_THERE ? undefined : await TestServer.start());
    for (const [at, name] of names.entries()) places.#places.set(name, await places.#find(at));
    return places;
  }

  of(name: string): Place {
    const place = this.#places.get(name);
    if (place === undefined) throw new Error(`there is no place named ${name}`);
    return place;
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  async #find(at: number): Promise<Place> {
    if (this.server !== undefined) {
      const place = await this.#made(`conformance-${at}`);
      place.neighbour = await this.#made(`neighbour-${at}`);
      return place;
    }
    if (KEY === undefined || TENANT === undefined || URL_THERE === undefined) {
      throw new Error('VESTNIK_CONFORMANCE_URL wants VESTNIK_CONFORMANCE_KEY and VESTNIK_CONFORMANCE_TENANT beside it');
    }
    const url = URL_THERE.replace(/\/$/, '');
    const place = await Place.find({ url, key: KEY, tenant: TENANT });
    if (NEIGHBOUR !== undefined && NEIGHBOUR_KEY !== undefined) place.neighbour = await Place.find({ url, key: NEIGHBOUR_KEY, tenant: NEIGHBOUR });
    return place;
  }

  async #made(tenant: string): Promise<Place> {
    const { server } = this;
    if (server === undefined) throw new Error('the server is not ours');
    const { name, key } = await server.createTenant(tenant);
    return Place.find({ url: server.url, key, tenant: name });
  }
}
