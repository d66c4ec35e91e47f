import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { ask, RawSocketClient, type TestTenant } from '@vestnik/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { hs256, jsonWebToken, rs256, type Signer, unsigned } from './json-web-token.js';

const now = () => Math.floor(Date.now() / 1000);

describe('tokens that nobody gave', () => {
  const one = oneServer();
  const secret = randomBytes(32).toString('hex');
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
  let tenant: TestTenant;
  let other: TestTenant;

  beforeAll(async () => {
    const jwt = {
      algorithms: ['HS256', 'RS256'],
      keyIds: ['shared', 'pair'],
      secret,
      jwks: { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'pair', alg: 'RS256', use: 'sig' }] },
    };
    tenant = await one.tenant({ jwt });
    other = await one.tenant();
  });

  const claims = (extra: Record<string, unknown> = {}) => ({
    aud: `${tenant.name}.${one.server.installation}`,
    sub: 'ivanov',
    iat: now(),
    exp: now() + 300,
    ...extra,
  });
  const signed = (signer: Signer, header: Record<string, unknown>, extra?: Record<string, unknown>) => jsonWebToken(header, claims(extra), signer);

  /** What each door says to a token, without what differs from time to time. */
  const doors = async (token: string) => {
    const { status, body } = await tenant.api('POST', '/messages', { to: 'ivanov', type: 'hello' }, token);
    const { type, title, detail } = body;
    const management = await tenant.api('GET', '/clients', undefined, token);
    const socket = await RawSocketClient.open(tenant.socketUrl);
    const reply = await socket.ask('connect', { token });
    const close = await socket.closed();
    const notice = socket.notices.at(-1);
    return {
      status,
      http: { type, title, detail },
      management: { status: management.status, type: management.body.type, detail: management.body.detail },
      close: close.code,
      reason: notice?.type === 'vestnik.closing' ? notice.reason : undefined,
      rpc: reply?.error?.data.type ?? 'closed',
    };
  };

  it('good ones are taken, of either kind', async () => {
    for (const token of [signed(hs256(secret), { alg: 'HS256', kid: 'shared' }), signed(rs256(pair.privateKey), { alg: 'RS256', kid: 'pair' })]) {
      const socket = await RawSocketClient.open(tenant.socketUrl);
      expect((await socket.connect({ token })).client).toBe(tenant.address('ivanov'));
      socket.terminate();
    }
  });

  it('bad ones are all refused with one and the same answer, at every door', async () => {
    const good = signed(hs256(secret), { alg: 'HS256', kid: 'shared' });
    const [head, body, signature] = good.split('.') as [string, string, string];
    const rogue: Record<string, string> = {
      'no token at all': 'hello',
      'an API key that was never given': `vk_${randomBytes(32).toString('base64url')}`,
      'an API key of another tenant': other.key,
      'a token of another tenant': await other.token('ivanov'),
      'another secret': signed(hs256(randomBytes(32)), { alg: 'HS256', kid: 'shared' }),
      'another key': signed(rs256(stranger.privateKey), { alg: 'RS256', kid: 'pair' }),
      'expired, with a bad signature': signed(hs256('x'), { alg: 'HS256', kid: 'shared' }, { exp: now() - 1_000 }),
      'not yet valid': signed(hs256(secret), { alg: 'HS256', kid: 'shared' }, { nbf: now() + 1_000 }),
      'for another audience': signed(hs256(secret), { alg: 'HS256', kid: 'shared' }, { aud: `${other.name}.${one.server.installation}` }),
      'for the bare tenant': signed(hs256(secret), { alg: 'HS256', kid: 'shared' }, { aud: tenant.name }),
      'for nobody': signed(hs256(secret), { alg: 'HS256', kid: 'shared' }, { aud: undefined }),
      'of nobody': signed(hs256(secret), { alg: 'HS256', kid: 'shared' }, { sub: undefined }),
      'of the bus itself': signed(hs256(secret), { alg: 'HS256', kid: 'shared' }, { sub: 'vestnik' }),
      'that never expires': signed(hs256(secret), { alg: 'HS256', kid: 'shared' }, { exp: undefined }),
      'that expires in words': signed(hs256(secret), { alg: 'HS256', kid: 'shared' }, { exp: 'tomorrow' }),
      'alg none': signed(unsigned, { alg: 'none' }),
      'alg None': signed(unsigned, { alg: 'None', kid: 'shared' }),
      'alg none with a signature': `${jsonWebToken({ alg: 'none', kid: 'shared' }, claims(), unsigned)}${signature}`,
      'no alg': signed(hs256(secret), { kid: 'shared' }),
      'HS256 with the public key as its secret': signed(hs256(pem(pair.publicKey)), { alg: 'HS256', kid: 'pair' }),
      'HS256 with the public key, without kid': signed(hs256(pem(pair.publicKey)), { alg: 'HS256' }),
      'an algorithm that the tenant did not name': signed(hs256(secret), { alg: 'HS512', kid: 'shared' }),
      'a kid that is a path': signed(hs256(''), { alg: 'HS256', kid: '../../../../dev/null' }),
      'a kid that is SQL': signed(hs256(secret), { alg: 'HS256', kid: "x' or '1'='1" }),
      'a kid of the installation': signed(hs256(secret), { alg: 'HS256', kid: 'vestnik-1' }),
      jku: signed(rs256(stranger.privateKey), { alg: 'RS256', kid: 'pair', jku: `${one.server.url}/jwks.json` }),
      x5u: signed(rs256(stranger.privateKey), { alg: 'RS256', kid: 'pair', x5u: `${one.server.url}/chain.pem` }),
      jwk: signed(rs256(stranger.privateKey), { alg: 'RS256', jwk: stranger.publicKey.export({ format: 'jwk' }) }),
      crit: signed(hs256(secret), { alg: 'HS256', kid: 'shared', crit: ['exp'] }),
      'eight kilobytes': signed(hs256(secret), { alg: 'HS256', kid: 'shared' }, { pad: 'x'.repeat(8_000) }),
      'with its signature cut off': `${head}.${body}.`,
      'with another payload': `${head}.${Buffer.from(JSON.stringify(claims({ sub: 'director' }))).toString('base64url')}.${signature}`,
      'four parts': `${good}.${signature}`,
      'NUL inside': `${head}\0.${body}.${signature}`,
    };
    const expected = await doors('x.y.z');
    expect(expected).toMatchObject({ status: 401, close: 4401, reason: 'unauthenticated', http: { type: 'urn:vestnik:problem:unauthenticated' } });
    for (const [what, token] of Object.entries(rogue)) {
      if (what === 'NUL inside') {
        const socket = await RawSocketClient.open(tenant.socketUrl);
        await socket.ask('connect', { token });
        expect((await socket.closed()).code, what).toBe(4401);
      } else expect(await doors(token), what).toEqual(expected);
    }
  }, 60_000);

  it('one that is only expired is told so, its signature being good', async () => {
    expect(await doors(signed(hs256(secret), { alg: 'HS256', kid: 'shared' }, { exp: now() - 120 }))).toMatchObject({
      status: 401,
      close: 4401,
      reason: 'token-expired',
      http: { type: 'urn:vestnik:problem:token-expired' },
    });
  });

  it('none at all is asked for one', async () => {
    const answer = await ask(`${one.server.url}${tenant.path}/messages`, { body: { to: 'ivanov', type: 'hello' } });
    expect(answer).toMatchObject({ status: 401, body: { type: 'urn:vestnik:problem:unauthenticated' } });
    expect(answer.headers['www-authenticate']).toBeDefined();
    const socket = await RawSocketClient.open(tenant.socketUrl);
    await socket.ask('connect', {});
    expect((await socket.closed()).code).toBe(4401);
  });

  it('no refusal puts a secret into the log', () => {
    for (const word of [secret, tenant.key, one.server.adminKey]) expect(one.server.log).not.toContain(word);
  });
});
