import { RawSocketClient, type UpgradeRefused } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

const place = oneServer();

describe('an installation that was never linked', () => {
  it('has no door for others, no identity and no links', async () => {
    const { server } = place;
    const refused = await RawSocketClient.open(`${server.url}/v1/links/connect`, { protocols: [] }).catch((error: unknown) => error as UpgradeRefused);
    expect((refused as UpgradeRefused).status).toBe(404);
    // Where there is no door there is the API: of a link that is called so there would be its removal.
    expect((await server.api('POST', '/v1/links/exchange', {}, '')).status).toBe(405);
    expect((await server.api('GET', '/v1/links')).body.items).toEqual([]);
    expect((await server.api('GET', '/v1/links/keys')).body).toEqual({ keys: [] });
  });

  it('refuses addresses of others at once', async () => {
    const tenant = await place.tenant();
    const answer = await tenant.api('POST', '/messages', { to: 'petrov@warehouse.branch-7', type: 'n' });
    expect([answer.status, answer.body.type]).toEqual([404, 'urn:vestnik:problem:installation-unknown']);
  });
});
