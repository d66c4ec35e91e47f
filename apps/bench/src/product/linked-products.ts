import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { onAnyCore } from '../processes/cores.js';
import { startDatabase } from '../processes/database.js';
import type { Surroundings } from '../scenario.js';
import type { Closing } from '../scenarios/closing.js';
import { type Product, startProduct } from './product-server.js';
import { TENANT } from './tenant.js';

/** What each calls the other. */
export const NEAR = 'near';
export const FAR = 'far';

/** Two installations with a Postgres each, paired; the far one accepts what the near one's tenant sends. */
export interface LinkedProducts {
  readonly near: Product;
  readonly far: Product;
  /** How many messages the near one keeps that the far one has not acknowledged. */
  queue(): Promise<number>;
  /** 0 when all that became of messages at the far one has come home. */
  onTheWayHome(): Promise<number>;
  pause(): Promise<void>;
  resume(): Promise<void>;
}

interface Link {
  readonly id: string;
  readonly connected: boolean;
  readonly queue: { readonly messages: number };
}

/** Starts them, and waits until the link is up. The far one shares the load generator's core. */
export async function startLinked(surroundings: Surroundings, closing: Closing): Promise<LinkedProducts> {
  const { cores } = surroundings;
  const database = await onAnyCore(cores, startDatabase);
  closing.after(() => database.stop());
  const near = await startProduct('near', surroundings, { installation: NEAR });
  closing.after(() => near.stop());
  const onLoadCore = cores === undefined ? undefined : { ...cores, server: cores.load };
  const databaseUrl = await database.create('bench_far');
  const far = await startProduct('far', { ...surroundings, cores: onLoadCore }, { installation: FAR, databaseUrl });
  closing.after(() => far.stop());
  await far.administer('PATCH', `/v1/tenants/${TENANT}`, { accepts: [`*@${TENANT}.${NEAR}`] });

  const { invite } = await near.administer<{ invite: string }>('POST', '/v1/links/invites');
  const { id: nearId } = await far.administer<Link>('POST', '/v1/links', { invite, name: NEAR });
  const { items } = await near.administer<{ items: Link[] }>('GET', '/v1/links');
  const farId = (items[0] as Link).id;
  await far.administer('POST', `/v1/links/${nearId}/confirm`, {});
  await near.administer('POST', `/v1/links/${farId}/confirm`, { name: FAR });

  const look = async () => (await near.administer<{ items: Link[] }>('GET', '/v1/links')).items[0] as Link;
  const deadline = performance.now() + 30_000;
  while (!(await look()).connected) {
    if (performance.now() > deadline) throw new Error('the installations were not connected within 30 s');
    await delay(50);
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  closing.after(() => client.end());
  return {
    near,
    far,
    queue: async () => (await look()).queue.messages,
    onTheWayHome: async () => {
      const { rows } = await client.query<{ waiting: boolean }>('select exists (select from vestnik.homeward h) as waiting');
      if (rows[0]?.waiting !== false) return 1;
      return (await far.administer<{ items: Link[] }>('GET', '/v1/links')).items[0]?.queue.messages ?? 0;
    },
    pause: async () => void (await near.administer('POST', `/v1/links/${farId}/pause`)),
    resume: async () => void (await near.administer('POST', `/v1/links/${farId}/resume`)),
  };
}
