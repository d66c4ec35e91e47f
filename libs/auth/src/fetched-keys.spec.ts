import { generateKeyPairSync } from 'node:crypto';
import { type EgressAnswer, EgressFailure, type EgressRequest } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { exportJWK, type JWK } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FetchedKeys } from './fetched-keys.js';

const URL_OF_KEYS = 'https://id.example/jwks';
const MINUTE = 60_000;
let one: JWK;
let two: JWK;
let privateKey: JWK;
beforeAll(async () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  one = { ...(await exportJWK(pair.publicKey)), kid: 'one' };
  privateKey = { ...(await exportJWK(pair.privateKey)), kid: 'private' };
  two = { ...(await exportJWK(generateKeyPairSync('ed25519').publicKey)), kid: 'two' };
});

let now: number;
let requests: EgressRequest[];
let answer: () => EgressAnswer | Error;
let lines: string[];
let keys: FetchedKeys;
const serve = (value: unknown, status = 200) => {
  answer = () => ({ status, headers: {}, body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) });
};
const find = async (keyId?: string, tenantId = 1) => (await keys.find(tenantId, URL_OF_KEYS, keyId))?.map(({ kid }) => kid);
const fail = (error: Error) => {
  answer = () => error;
};

beforeEach(() => {
  now = 0;
  requests = [];
  lines = [];
  serve({ keys: [one] });
  const egress = {
    fetch: async (request: EgressRequest) => {
      requests.push(request);
      await Promise.resolve();
      const given = answer();
      if (given instanceof Error) throw given;
      return given;
    },
  };
  keys = new FetchedKeys(egress, { monotonic: () => now }, { warn: (message, fields) => void lines.push(`${message} ${JSON.stringify(fields)}`) });
});

describe('keys that a tenant has elsewhere', () => {
  it('are fetched once for all who ask at the same time, and kept for ten minutes', async () => {
    expect(await Promise.all([find('one'), find('one'), find()])).toEqual([['one'], ['one'], ['one']]);
    now += 10 * MINUTE - 1;
    await find('one');
    expect(requests).toMatchObject([{ url: URL_OF_KEYS, method: 'GET', tenantId: 1 }]);
    serve({ keys: [one, two] });
    now += 1;
    expect(await find('one')).toEqual(['one']);
    expect(requests).toHaveLength(2);
    await expect.poll(() => find('one')).toEqual(['one', 'two']);
    expect(requests).toHaveLength(2);
  });

  it('are waited for where they are older than twenty minutes: one that was taken back counts no longer', async () => {
    await find('one');
    serve({ keys: [two] });
    now += 20 * MINUTE;
    expect(await find('one')).toEqual(['two']);
  });

  it('keep nobody waiting who has a key among them, while the server is slow', async () => {
    await find('one');
    now += 11 * MINUTE;
    answer = () => {
      throw new EgressFailure('timeout', 'no whole answer within 10 s');
    };
    expect(await find('one')).toEqual(['one']);
  });

  it('are fetched anew for a key id that is not among them, once a minute whatever is shown', async () => {
    await find('one');
    serve({ keys: [one, two] });
    expect(await find('two')).toEqual(['one']);
    now += MINUTE;
    expect(await find('two')).toEqual(['one', 'two']);
    for (const madeUp of ['a', 'b', 'c']) await find(madeUp);
    expect(requests).toHaveLength(2);
  });

  it('count for a day where they cannot be fetched, and not longer', async () => {
    await find('one');
    fail(new EgressFailure('unreachable', 'the connection was refused'));
    now += 23 * 60 * MINUTE;
    expect(await find('one')).toEqual(['one']);
    now += 60 * MINUTE;
    expect(await find('one')).toBeUndefined();
    expect(lines[0]).toContain('the connection was refused');
    serve({ keys: [two] });
    now += MINUTE;
    expect(await find('two')).toEqual(['two']);
  });

  it.each([
    ['not JSON', () => serve('<html>')],
    ['an error', () => serve({ keys: [] }, 500)],
    ['a redirect', () => serve({ keys: [] }, 302)],
    ['no document', () => serve({ hello: 1 })],
    ['a refusal', () => fail(new Problem('url-refused', 'url: the bus may not fetch from there'))],
  ])('are those from before where %s comes', async (_name, change) => {
    expect(await find('one')).toEqual(['one']);
    change();
    now += 21 * MINUTE;
    expect(await find('one')).toEqual(['one']);
    expect(lines).toHaveLength(1);
  });

  it('are held to the rules of those that are uploaded: others in the document do not count', async () => {
    const secret: JWK = { kty: 'oct', k: 'c2VjcmV0', kid: 'secret' };
    const nameless = { ...two, kid: undefined };
    serve({ keys: [secret, privateKey, { ...two, use: 'enc', kid: 'enc' }, nameless, { ...two, kid: 'vestnik-1' }, one, { ...two, kid: 'one' }] });
    expect(await find('one')).toEqual(['one']);
  });

  it('are each tenant\u2019s own', async () => {
    await find('one', 1);
    await find('one', 2);
    expect(requests.map(({ tenantId }) => tenantId)).toEqual([1, 2]);
  });
});
