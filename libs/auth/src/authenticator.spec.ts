import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  type Administrator,
  type AdministratorDirectory,
  type AdministratorPrincipal,
  type ApiKey,
  type Clock,
  EgressFailure,
  type EgressRequest,
  INSTALLATION_TOKEN_SECRET,
  type JwtSettings,
  type KeyDirectory,
  type Log,
  type Mailbox,
  type SecretVault,
  TENANT_DEFAULTS,
  type Tenant,
  type TenantDirectory,
  type TenantSettings,
  Tenants,
  TOKEN_SCOPES_DEFAULT,
  tenantJwksName,
  tenantJwtSecretName,
} from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import fc from 'fast-check';
import { exportJWK, exportSPKI, type JWTPayload, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashOfKey, makeApiKey } from './api-keys.js';
import { CredentialAuthenticator } from './authenticator.js';
import { ClientTokens } from './client-tokens.js';
import { hashOfCookie, makeCookieValue } from './cookie.js';
import type { Refusal } from './refusal.js';

const NOW = Date.parse('2026-11-22T12:00:00.250Z');
const NOW_S = Math.floor(NOW / 1_000);
const AUDIENCE = 'sales.hq';

/** What one installation holds, in memory, and the parts that look at it. */
class Installation {
  now = NOW;
  monotonic = 0;
  version = 1;
  tenantsById = new Map<number, Tenant>();
  keys = new Map<string, ApiKey & { hash: string }>();
  secrets = new Map<string, Uint8Array>();
  clients = new Map<string, Mailbox>();
  sessions = new Map<string, Administrator>();
  lookUps = 0;
  used: { id: string; at: number }[] = [];
  lines: string[] = [];
  refusals: Refusal[] = [];
  ticks: (() => void)[] = [];

  readonly clock: Clock = {
    now: () => this.now,
    monotonic: () => this.monotonic,
    after: () => ({ cancel() {} }),
    every: (_, then) => {
      this.ticks.push(then);
      return { cancel: () => void this.ticks.splice(0) };
    },
  };
  readonly log: Log = {
    debug: (...line) => void this.lines.push(JSON.stringify(line)),
    info: (...line) => void this.lines.push(JSON.stringify(line)),
    warn: (...line) => void this.lines.push(JSON.stringify(line)),
    error: (...line) => void this.lines.push(JSON.stringify(line)),
  };
  readonly tenants = new Tenants({ list: async () => [...this.tenantsById.values()], version: async () => this.version } as TenantDirectory);
  readonly vault: SecretVault = {
    get: async (name) => this.secrets.get(name),
    set: async (name, secret) => void this.secrets.set(name, secret),
    delete: async (name) => void this.secrets.delete(name),
    ensure: async (name, bytes) => {
      if (!this.secrets.has(name)) this.secrets.set(name, randomBytes(bytes));
      return this.secrets.get(name) as Uint8Array;
    },
  };
  readonly mailboxes = {
    cached: (_tenantId: number, _kind: string, name: string) => this.clients.get(name),
    find: async (_tenantId: number, _kind: string, names: readonly string[]) => names.map((name) => this.clients.get(name)),
    ensure: async (tenantId: number, _kind: string, names: readonly string[]) =>
      names.map((name) => {
        const known = this.clients.has(name);
        if (!known) this.clients.set(name, { id: this.clients.size, tenantId, kind: 'client', name, since: 0 });
        return { mailbox: this.clients.get(name) as Mailbox, known };
      }),
  };
  readonly keyDirectory = {
    findByHash: async (hash: Uint8Array) => {
      this.lookUps++;
      return [...this.keys.values()].find((key) => key.hash === Buffer.from(hash).toString('hex'));
    },
    findById: async (id: string) => this.keys.get(id),
    used: async (uses: readonly { id: string; at: number }[]) => void this.used.push(...uses),
  } as KeyDirectory;
  readonly accounts = new Map<number, Administrator>();
  readonly administrators = {
    findSession: async (hash: Uint8Array) => {
      const administrator = this.sessions.get(Buffer.from(hash).toString('hex'));
      return administrator === undefined ? undefined : { administrator, session: { id: '7', createdAt: 0, expiresAt: NOW + 5_000 } };
    },
    findById: async (id: number) => this.accounts.get(id),
  } as AdministratorDirectory;

  /** What is there to be fetched, by URL. */
  readonly pages = new Map<string, unknown>();
  readonly egress = {
    fetch: async ({ url }: EgressRequest) => {
      const page = this.pages.get(url);
      if (page === undefined) throw new EgressFailure('unreachable', 'the connection was refused');
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(page)) };
    },
  };

  readonly tokens = new ClientTokens({
    installation: 'hq',
    vault: this.vault,
    mailboxes: this.mailboxes,
    clock: this.clock,
    egress: this.egress,
    storeTime: async () => this.now,
  });
  readonly authenticator = new CredentialAuthenticator({
    tenants: this.tenants,
    keys: this.keyDirectory,
    mailboxes: this.mailboxes,
    administrators: this.administrators,
    tokens: this.tokens,
    clock: this.clock,
    adminKey: 'an administrator key from outside, long',
    log: this.log,
    onRefused: (why) => void this.refusals.push(why),
  });

  async tenant(id: number, name: string, settings: Partial<TenantSettings> = {}): Promise<void> {
    this.tenantsById.set(id, { id, name, createdAt: 0, settings: { ...TENANT_DEFAULTS, ...settings } });
    await this.changed();
  }

  async changed(): Promise<void> {
    this.version++;
    await this.tenants.refresh();
  }

  key(tenantId: number | null, more: Partial<ApiKey> = {}): string {
    const { key, hash, id } = makeApiKey();
    const named = more.id ?? id;
    this.keys.set(named, {
      tenantId,
      title: '',
      client: 'server',
      scopes: ['send', 'tokens'],
      createdAt: 0,
      ...more,
      id: named,
      hash: Buffer.from(hash).toString('hex'),
    });
    return key;
  }

  async mint(client = 'ivanov', ttl = 3_600, scopes?: readonly string[]): Promise<string> {
    const key = this.key(1, { id: `minting-${this.keys.size}` });
    return (await this.tokens.mint(await this.authenticator.authenticate('sales', key), client, ttl, scopes)).token;
  }
}

let hq: Installation;
const secret = Buffer.from('a secret of the tenant that is long enough');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const jwt = (more: Partial<JwtSettings> = {}): JwtSettings => ({
  algorithms: ['HS256'],
  keyIds: [],
  bareAudience: false,
  hasSecret: true,
  hasJwks: true,
  ...more,
});

beforeEach(async () => {
  hq = new Installation();
  await hq.tenant(1, 'sales', { jwt: jwt({ algorithms: ['HS256', 'RS256', 'ES256', 'EdDSA'] }) });
  await hq.tenant(2, 'other');
  hq.secrets.set(tenantJwtSecretName(1), secret);
  const keys = await Promise.all([rsa, ec, ed].map(async (pair, at) => ({ ...(await exportJWK(pair.publicKey)), kid: ['r', 'e', 'd'][at] })));
  hq.secrets.set(tenantJwksName(1), Buffer.from(JSON.stringify({ keys })));
});

const good: JWTPayload = { sub: 'ivanov', aud: AUDIENCE, exp: NOW_S + 600, iat: NOW_S - 10 };
const without = (name: keyof JWTPayload): JWTPayload => Object.fromEntries(Object.entries(good).filter(([claim]) => claim !== name));
const sign = (payload: JWTPayload, header: Record<string, unknown> = {}, key: Parameters<SignJWT['sign']>[0] = secret) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'HS256', ...header }).sign(key);
/** Signs whatever it is given with HMAC, as no library would. */
const forge = (header: unknown, payload: unknown, key: string | Uint8Array = secret) => {
  const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const text = `${part(header)}.${part(payload)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
};
const refusal = async (credential: string, tenant = 'sales'): Promise<Problem> => {
  const answer = await hq.authenticator.authenticate(tenant, credential).then(
    (principal) => principal,
    (error: unknown) => error,
  );
  expect(answer).toBeInstanceOf(Problem);
  return answer as Problem;
};

describe('a credential that is wrong', () => {
  const wrong: [name: string, credential: () => string | Promise<string>, why: Refusal, tenant?: string][] = [
    ['is empty', () => '', 'malformed-token'],
    ['is no token and no key', () => 'hello', 'malformed-token'],
    ['is a key that was never made', () => makeApiKey().key, 'unknown-key'],
    ['is a key of another tenant', () => hq.key(2), 'key-of-another-tenant'],
    ['is an administrators’ key', () => hq.key(null, { role: 'owner' }), 'key-of-another-tenant'],
    ['is a key that has ended', () => hq.key(1, { expiresAt: NOW }), 'key-expired'],
    ['is a good key for a tenant that is not there', () => hq.key(1), 'unknown-tenant', 'nowhere'],
    ['is a good token for a tenant that is not there', () => sign(good), 'unknown-tenant', 'nowhere'],
    ['is a minted token of another tenant', () => hq.mint(), 'other-audience', 'other'],
    ['is not yet valid', () => sign({ ...good, nbf: NOW_S + 61 }), 'not-yet-valid'],
    ['was issued in the future', () => sign({ ...good, iat: NOW_S + 62 }), 'not-yet-valid'],
    ['is for another tenant', () => sign({ ...good, aud: 'other.hq' }), 'other-audience'],
    ['is for another installation', () => sign({ ...good, aud: 'sales.branch' }), 'other-audience'],
    ['is for the bare tenant, which its settings do not allow', () => sign({ ...good, aud: 'sales' }), 'other-audience'],
    ['has no audience', () => sign(without('aud')), 'other-audience'],
    ['has no end', () => sign(without('exp')), 'bad-claims'],
    ['has an end that is text', () => forge({ alg: 'HS256' }, { ...good, exp: '9999999999' }), 'bad-claims'],
    ['has no subject', () => sign(without('sub')), 'bad-claims'],
    ['has a subject that is no name', () => sign({ ...good, sub: 'a/b' }), 'bad-claims'],
    ['has a subject that is the bus’s own', () => sign({ ...good, sub: 'vestnik-admin' }), 'bad-claims'],
    ['has a subject that is a list', () => forge({ alg: 'HS256' }, { ...good, sub: ['ivanov'] }), 'bad-claims'],
    ['has scopes that are a number', () => forge({ alg: 'HS256' }, { ...good, scope: 7 }), 'bad-claims'],
    ['is unsigned', () => forge({ alg: 'none' }, good).replace(/\.[^.]*$/, '.'), 'malformed-token'],
    ['says alg none and has some signature', () => forge({ alg: 'none' }, good), 'algorithm-not-named'],
    ['says alg nOnE', () => forge({ alg: 'nOnE' }, good), 'algorithm-not-named'],
    ['is signed with another secret', () => sign(good, {}, randomBytes(32)), 'bad-signature'],
    ['has a signature that was cut', async () => (await sign(good)).slice(0, -4), 'bad-signature'],
    ['is HS256, signed with the public RSA key as PEM', async () => forge({ alg: 'HS256' }, good, await exportSPKI(rsa.publicKey)), 'bad-signature'],
    [
      'is HS256, signed with the public RSA key under its key id',
      async () => forge({ alg: 'HS256', kid: 'r' }, good, await exportSPKI(rsa.publicKey)),
      'key-id-not-named',
    ],
    ['is HS256, signed with the JWKS document', () => forge({ alg: 'HS256' }, good, hq.secrets.get(tenantJwksName(1)) as Uint8Array), 'bad-signature'],
    ['is RS256 under the key id of another key', () => sign(good, { alg: 'RS256', kid: 'e' }, rsa.privateKey), 'no-key-for-it'],
    [
      'is RS256, signed with a key that nobody uploaded',
      () => sign(good, { alg: 'RS256', kid: 'r' }, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
      'bad-signature',
    ],
    ['is RS512', () => sign(good, { alg: 'RS512', kid: 'r' }, rsa.privateKey), 'algorithm-not-named'],
    ['has a key id that is a path', () => sign(good, { kid: '../../../../dev/null' }), 'key-id-not-named'],
    ['has a key id that is a path, signed with nothing', () => forge({ alg: 'HS256', kid: '/dev/null' }, good, ''), 'key-id-not-named'],
    ['has a key id that is SQL', () => sign(good, { kid: `x' union select 'secret` }), 'key-id-not-named'],
    ['has a key id that is a property of every object', () => sign(good, { kid: '__proto__', alg: 'RS256' }, rsa.privateKey), 'key-id-not-named'],
    ['has a key id that is an object', () => forge({ alg: 'HS256', kid: {} }, good), 'malformed-token'],
    ['brings jku', () => sign(good, { jku: 'https://evil.example/keys' }), 'header-not-allowed'],
    ['brings x5u', () => sign(good, { x5u: 'https://evil.example/cert' }), 'header-not-allowed'],
    ['brings x5c', () => sign(good, { x5c: ['MIIB'] }), 'header-not-allowed'],
    ['brings its own key', async () => sign(good, { alg: 'ES256', jwk: await exportJWK(ec.publicKey) }, ec.privateKey), 'header-not-allowed'],
    ['brings crit', () => forge({ alg: 'HS256', crit: ['exp'] }, good), 'header-not-allowed'],
    ['brings b64', () => forge({ alg: 'HS256', b64: false }, good), 'header-not-allowed'],
    ['brings an empty crit', () => forge({ alg: 'HS256', crit: [] }, good), 'header-not-allowed'],
    ['is 8 KB long', () => sign({ ...good, filler: 'x'.repeat(6_000) }), 'too-long'],
    ['has a header that is a list', () => forge([], good), 'malformed-token'],
    ['has a payload that is a list', () => forge({ alg: 'HS256' }, [good]), 'malformed-token'],
    ['has a payload that is no JSON', () => forge({ alg: 'HS256' }, 'x'), 'malformed-token'],
    ['is encrypted', () => 'a.b.c.d.e', 'malformed-token'],
    [
      'says that the installation has signed it, with the tenant’s secret',
      () => sign({ ...good, vestnik_key: 'k', vestnik_iat_ms: NOW }, { kid: 'vestnik-1' }),
      'bad-signature',
    ],
    ['names a key of the installation that is not there', () => sign(good, { kid: 'vestnik-2' }), 'key-id-not-named'],
    ['is the installation’s, in another algorithm', () => sign(good, { kid: 'vestnik-1', alg: 'HS512' }, randomBytes(64)), 'algorithm-not-named'],
    ['is for a tenant without keys of its own', () => sign({ ...good, aud: 'other.hq' }), 'no-key-for-it', 'other'],
  ];

  it.each(wrong)('is refused with the one answer and put on record: it %s', async (_, credential, why, tenant) => {
    const presented = await credential();
    hq.refusals.length = 0;
    const problem = await refusal(presented, tenant);
    expect({ slug: problem.slug, detail: problem.detail, extra: problem.extra }).toEqual({
      slug: 'unauthenticated',
      detail: 'no valid token or key was presented',
      extra: {},
    });
    expect(hq.refusals).toEqual([why]);
    expect(hq.lines).toHaveLength(1);
    expect(hq.lines[0]).toContain(why);
    if (presented !== '') expect(hq.lines[0]).not.toContain(presented.slice(0, 40));
    expect(hq.authenticator.known(tenant ?? 'sales', presented)).toBeUndefined();
  });

  it('is told to be expired only where its signature is good', async () => {
    const late = { ...good, exp: NOW_S - 61 };
    expect((await refusal(await sign(late))).slug).toBe('token-expired');
    expect((await refusal(await sign(late, {}, randomBytes(32)))).slug).toBe('unauthenticated');
    expect((await refusal(await sign({ ...late, aud: 'other.hq' }))).slug).toBe('unauthenticated');
    expect((await refusal(forge({ alg: 'none' }, late))).slug).toBe('unauthenticated');
  });

  it('fills no log, however many are tried', async () => {
    for (let at = 0; at < 1_000; at++) await refusal(makeApiKey().key);
    expect(hq.refusals).toHaveLength(1_000);
    expect(hq.lines.length).toBe(10);
    hq.monotonic += 1_000;
    await refusal('x');
    expect(hq.lines.at(-1)).toContain('"leftOut":990');
  });

  it('makes nothing but a problem of any text, whatever it is', async () => {
    const token = await hq.mint();
    const parts = fc.tuple(fc.jsonValue(), fc.jsonValue()).map(([header, payload]) => forge(header, payload));
    const headers = fc.record({ alg: fc.constantFrom('HS256', 'RS256', 'ES256', 'EdDSA', 'none'), kid: fc.option(fc.string(), { nil: undefined }) });
    const claims = fc.record({ sub: fc.jsonValue(), aud: fc.jsonValue(), exp: fc.jsonValue(), iat: fc.jsonValue(), scope: fc.jsonValue() });
    const shaped = fc.tuple(headers, claims).map(([header, payload]) => forge(header, payload, randomBytes(32)));
    const changed = fc
      .tuple(fc.nat(token.length - 1), fc.string({ unit: 'binary', minLength: 1 }))
      .map(([at, put]) => `${token.slice(0, at)}${put}${token.slice(at)}`);
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.string().map((text) => `vk_${text}`),
      parts,
      shaped,
      changed,
    );
    await fc.assert(
      fc.asyncProperty(any, fc.constantFrom('sales', 'other', 'nowhere', '__proto__', ''), async (credential, tenant) => {
        expect((await refusal(credential, tenant)).slug).toBe('unauthenticated');
      }),
      { numRuns: 500 },
    );
  });

  it('makes nothing but a problem or a principal with a good name of any claims, the signature being good', async () => {
    const claims = fc.record({
      sub: fc.oneof(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
      aud: fc.oneof(fc.constant(AUDIENCE), fc.jsonValue()),
      exp: fc.oneof(fc.constant(NOW_S + 60), fc.jsonValue()),
      iat: fc.oneof(fc.constant(undefined), fc.jsonValue()),
      scope: fc.oneof(fc.string(), fc.jsonValue()),
    });
    await fc.assert(
      fc.asyncProperty(claims, async (payload) => {
        const answer = await hq.authenticator.authenticate('sales', forge({ alg: 'HS256' }, payload)).catch((error: unknown) => error);
        if (!(answer instanceof Problem)) expect(answer).toMatchObject({ kind: 'token', client: expect.stringMatching(/^[\p{L}\p{M}\p{Nd} ._-]{1,128}$/u) });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a tenant’s own token', () => {
  it('is good in each algorithm that the tenant has named', async () => {
    const tokens = [
      await sign(good),
      await sign(good, { alg: 'RS256', kid: 'r' }, rsa.privateKey),
      await sign(good, { alg: 'ES256', kid: 'e' }, ec.privateKey),
      await sign(good, { alg: 'EdDSA', kid: 'd' }, ed.privateKey),
    ];
    for (const token of tokens) {
      const principal = await hq.authenticator.authenticate('sales', token);
      expect(principal).toMatchObject({ kind: 'token', client: 'ivanov', expiresAt: (NOW_S + 600) * 1_000, issuedAt: (NOW_S - 10) * 1_000 });
      expect([...principal.scopes]).toEqual([...TOKEN_SCOPES_DEFAULT]);
    }
    await hq.tenant(1, 'sales', { jwt: jwt({ algorithms: ['RS256'] }) });
    for (const [at, token] of tokens.entries()) {
      if (at === 1) await hq.authenticator.authenticate('sales', token);
      else expect((await refusal(token)).slug).toBe('unauthenticated');
    }
  });

  it('names a key id out of those that the tenant has named, where it has named any', async () => {
    await hq.tenant(1, 'sales', { jwt: jwt({ keyIds: ['2026'], algorithms: ['HS256', 'RS256'] }) });
    await hq.authenticator.authenticate('sales', await sign(good, { kid: '2026' }));
    expect((await refusal(await sign(good))).slug).toBe('unauthenticated');
    expect((await refusal(await sign(good, { kid: '2025' }))).slug).toBe('unauthenticated');
    expect((await refusal(await sign(good, { alg: 'RS256', kid: 'r' }, rsa.privateKey))).slug).toBe('unauthenticated');
  });

  it('has a minute of leeway at both ends', async () => {
    await hq.authenticator.authenticate('sales', await sign({ ...good, exp: NOW_S - 59 }));
    await hq.authenticator.authenticate('sales', await sign({ ...good, nbf: NOW_S + 60 }));
    await hq.authenticator.authenticate('sales', await sign({ ...good, iat: NOW_S + 59 }));
  });

  it('may name the bare tenant where the settings say so, and several audiences', async () => {
    await hq.authenticator.authenticate('sales', await sign({ ...good, aud: ['somebody', AUDIENCE] }));
    await hq.tenant(1, 'sales', { jwt: jwt({ bareAudience: true }) });
    await hq.authenticator.authenticate('sales', await sign({ ...good, aud: 'sales' }));
    await hq.authenticator.authenticate('sales', await sign(good));
    expect((await refusal(await sign({ ...good, aud: 'other' }))).slug).toBe('unauthenticated');
  });

  it('brings names to NFC and passes over scopes that are not ours', async () => {
    const principal = await hq.authenticator.authenticate('sales', await sign({ ...good, sub: 'Андрей'.normalize('NFD'), scope: 'openid send tokens manage' }));
    expect(principal.client).toBe('Андрей'.normalize('NFC'));
    expect([...principal.scopes]).toEqual(['send']);
    expect((await hq.authenticator.authenticate('sales', await sign({ ...good, scope: ['broadcast', 'receive'] }))).scopes).toEqual(
      new Set(['broadcast', 'receive']),
    );
  });

  it('does not count any more at once when the tenant changes its secret', async () => {
    const token = await sign(good);
    await hq.authenticator.authenticate('sales', token);
    hq.secrets.set(tenantJwtSecretName(1), randomBytes(32));
    await hq.changed();
    expect((await refusal(token)).slug).toBe('unauthenticated');
  });
});

describe('a token whose keys are fetched', () => {
  const jwksUrl = 'https://id.example/jwks';
  beforeEach(async () => {
    hq.secrets.delete(tenantJwksName(1));
    hq.pages.set(jwksUrl, { keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'r' }] });
    await hq.tenant(1, 'sales', { jwt: jwt({ algorithms: ['HS256', 'RS256'], jwksUrl, hasJwks: false }) });
  });

  it('is good, also under a key that was published a while after', async () => {
    await hq.authenticator.authenticate('sales', await sign(good, { alg: 'RS256', kid: 'r' }, rsa.privateKey));
    const next = generateKeyPairSync('rsa', { modulusLength: 2048 });
    hq.pages.set(jwksUrl, { keys: [{ ...(await exportJWK(next.publicKey)), kid: 'next' }] });
    const token = await sign(good, { alg: 'RS256', kid: 'next' }, next.privateKey);
    expect((await refusal(token)).slug).toBe('unauthenticated');
    hq.monotonic += 60_000;
    await hq.authenticator.authenticate('sales', token);
  });

  it('is refused where it is forged with what everybody can fetch, or brings a key along', async () => {
    const pem = await exportSPKI(rsa.publicKey);
    const jwk = await exportJWK(ec.publicKey);
    const forged = [
      forge({ alg: 'HS256', kid: 'r' }, good, pem),
      forge({ alg: 'HS256' }, good, pem),
      forge({ alg: 'HS256' }, good, JSON.stringify(hq.pages.get(jwksUrl))),
      await sign(good, { alg: 'RS256', kid: 'other' }, rsa.privateKey),
      await sign(good, { alg: 'ES256', kid: 'r' }, ec.privateKey),
      await sign(good, { alg: 'RS256', kid: 'r', jku: 'https://evil.example/jwks' }, rsa.privateKey),
      await sign(good, { alg: 'ES256', jwk }, ec.privateKey),
    ];
    const answers = await Promise.all(forged.map((token) => refusal(token)));
    for (const answer of answers) expect(answer.toHttp()).toEqual(answers[0]?.toHttp());
    expect(answers[0]?.slug).toBe('unauthenticated');
  });

  it('is refused while the keys were never had', async () => {
    hq.pages.clear();
    expect((await refusal(await sign(good, { alg: 'RS256', kid: 'r' }, rsa.privateKey))).slug).toBe('unauthenticated');
  });
});

describe('a minted token', () => {
  it('is for the client, the tenant and the time that were asked for, and makes the client known', async () => {
    const token = await hq.mint('Иванов Иван', 60, ['receive', 'send']);
    const principal = await hq.authenticator.authenticate('sales', token);
    expect(principal).toMatchObject({
      kind: 'token',
      client: 'Иванов Иван',
      issuedAt: NOW,
      expiresAt: (NOW_S + 60) * 1_000,
      keyId: expect.stringContaining('minting'),
    });
    expect(principal.scopes).toEqual(new Set(['receive', 'send']));
    expect(hq.clients.has('Иванов Иван')).toBe(true);
    expect(hq.secrets.get(INSTALLATION_TOKEN_SECRET)).toHaveLength(32);
  });

  it('dies with the key that minted it, and with that key’s right to mint', async () => {
    const [first, second, third] = [await hq.mint(), await hq.mint(), await hq.mint()];
    const principals = await Promise.all([first, second, third].map((token) => hq.authenticator.authenticate('sales', token)));
    const ids = principals.map((principal) => principal.keyId as string);
    hq.keys.delete(ids[0] as string);
    Object.assign(hq.keys.get(ids[1] as string) as object, { scopes: ['send'] });
    await hq.changed();
    expect((await refusal(first)).slug).toBe('unauthenticated');
    expect((await refusal(second)).slug).toBe('unauthenticated');
    await hq.authenticator.authenticate('sales', third);
    expect(await Promise.all(principals.map((principal) => hq.authenticator.stillValid(principal)))).toEqual([false, false, true]);
  });

  it('cannot be asked for without the scope, for too long, for no name, or with more than the key has', async () => {
    const plain = await hq.authenticator.authenticate('sales', hq.key(1, { scopes: ['send'] }));
    const able = await hq.authenticator.authenticate('sales', hq.key(1, { scopes: ['tokens'] }));
    const all = await hq.authenticator.authenticate('sales', hq.key(1, { scopes: ['tokens', 'broadcast'] }));
    const slug = (minting: Promise<unknown>) =>
      minting.then(
        () => 'minted',
        (error: Problem) => error.slug,
      );
    expect(await slug(hq.tokens.mint(plain, 'a', 60))).toBe('scope-missing');
    expect(await slug(hq.tokens.mint(able, 'a', 60, ['broadcast']))).toBe('scope-missing');
    expect(await slug(hq.tokens.mint(all, 'a', 60, ['broadcast']))).toBe('minted');
    for (const ttl of [0, -1, 1.5, 30 * 24 * 3_600 + 1, Number.NaN]) expect(await slug(hq.tokens.mint(able, 'a', ttl))).toBe('request-invalid');
    for (const name of ['', ' a', 'a/b', 'vestnik', '..', 'x'.repeat(129)]) expect(await slug(hq.tokens.mint(able, name, 60))).toBe('request-invalid');
    for (const scopes of [[], ['manage'], ['send', 'tokens']]) expect(await slug(hq.tokens.mint(able, 'a', 60, scopes))).toBe('request-invalid');
    const token = await hq.authenticator.authenticate('sales', (await hq.tokens.mint(able, 'a', 60)).token);
    expect(await slug(hq.tokens.mint({ ...token, scopes: new Set(['tokens']) }, 'a', 60))).toBe('forbidden');
  });
});

describe('revoking a client', () => {
  const revoke = (at: number) => hq.clients.set('ivanov', { ...(hq.clients.get('ivanov') as Mailbox), revokedBefore: at });

  it('kills what was minted before it in the same second or millisecond, and nothing that is minted after it', async () => {
    const before = await hq.mint();
    const principal = await hq.authenticator.authenticate('sales', before);
    revoke(NOW);
    const after = await hq.mint();
    await hq.changed();
    expect((await refusal(before)).slug).toBe('unauthenticated');
    expect(await hq.authenticator.stillValid(principal)).toBe(false);
    expect(await hq.authenticator.stillValid(await hq.authenticator.authenticate('sales', after))).toBe(true);
  });

  it('kills a tenant’s own token of the same second, and one that does not say when it was issued', async () => {
    await hq.mint();
    const same = await sign({ ...good, iat: NOW_S });
    const silent = await sign(without('iat'));
    await hq.authenticator.authenticate('sales', same);
    await hq.authenticator.authenticate('sales', silent);
    revoke(NOW);
    await hq.changed();
    expect((await refusal(same)).slug).toBe('unauthenticated');
    expect((await refusal(silent)).slug).toBe('unauthenticated');
    await hq.authenticator.authenticate('sales', await sign({ ...good, iat: NOW_S + 1 }));
  });
});

describe('a key', () => {
  it('speaks as its own client, and may always receive for it', async () => {
    const principal = await hq.authenticator.authenticate('sales', hq.key(1, { client: 'erp', scopes: ['send', 'broadcast'], id: 'k' }));
    expect(principal).toMatchObject({ kind: 'key', client: 'erp', keyId: 'k' });
    expect(principal.scopes).toEqual(new Set(['send', 'broadcast', 'receive', 'subscribe', 'presence', 'history']));
  });

  it('is remembered for ten seconds, for its own tenant, and looked up once however many wait', async () => {
    const key = hq.key(1);
    expect(hq.authenticator.known('sales', key)).toBeUndefined();
    const principals = await Promise.all(Array.from({ length: 50 }, () => hq.authenticator.authenticate('sales', key)));
    expect(hq.lookUps).toBe(1);
    expect(hq.authenticator.known('sales', key)).toBe(principals[0]);
    expect(hq.authenticator.known('other', key)).toBeUndefined();
    hq.monotonic += 10_000;
    expect(hq.authenticator.known('sales', key)).toBeUndefined();
  });

  it('is forgotten at once when the directory changes, also where it was just being looked up', async () => {
    const key = hq.key(1, { id: 'k' });
    const principal = await hq.authenticator.authenticate('sales', key);
    hq.keys.delete('k');
    await hq.changed();
    expect(hq.authenticator.known('sales', key)).toBeUndefined();
    expect(await hq.authenticator.stillValid(principal)).toBe(false);

    const late = hq.key(1, { id: 'late' });
    const found = hq.keyDirectory.findByHash;
    let letGo = () => {};
    hq.keyDirectory.findByHash = async (hash) => {
      const answer = await found(hash);
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      return answer;
    };
    const underWay = hq.authenticator.authenticate('sales', late);
    await Promise.resolve();
    await Promise.resolve();
    hq.keys.delete('late');
    await hq.changed();
    letGo();
    await underWay;
    expect(hq.authenticator.known('sales', late)).toBeUndefined();
  });

  it('ends at its end, remembered or not', async () => {
    const key = hq.key(1, { expiresAt: NOW + 1_000 });
    const principal = await hq.authenticator.authenticate('sales', key);
    hq.now += 1_000;
    expect(hq.authenticator.known('sales', key)).toBeUndefined();
    expect((await refusal(key)).slug).toBe('unauthenticated');
    expect(await hq.authenticator.stillValid(principal)).toBe(false);
  });

  it('has its last use written every half minute, once, and at the end; what could not be written is kept', async () => {
    const key = hq.key(1, { id: 'k' });
    await hq.authenticator.authenticate('sales', key);
    hq.now += 5;
    hq.authenticator.known('sales', key);
    const { used } = hq.keyDirectory;
    hq.keyDirectory.used = () => Promise.reject(new Error('away'));
    hq.ticks[0]?.();
    await Promise.resolve();
    expect(hq.used).toEqual([]);
    hq.keyDirectory.used = used;
    await hq.authenticator.close();
    expect(hq.used).toEqual([{ id: 'k', at: NOW + 5 }]);
  });

  it('of a failing database is not said to be wrong', async () => {
    hq.keyDirectory.findByHash = () => Promise.reject(new Problem('unavailable', 'away'));
    expect((await refusal(hq.key(1))).slug).toBe('unavailable');
    expect(hq.refusals).toEqual([]);
  });
});

describe('a suspended tenant', () => {
  it('is forbidden to whoever belongs to it, and like any other to the rest', async () => {
    const key = hq.key(1);
    const principal = await hq.authenticator.authenticate('sales', key);
    await hq.tenant(1, 'sales', { suspended: true, jwt: jwt() });
    expect((await refusal(key)).slug).toBe('forbidden');
    expect((await refusal(await sign(good))).slug).toBe('forbidden');
    expect((await refusal(makeApiKey().key)).slug).toBe('unauthenticated');
    expect(await hq.authenticator.stillValid(principal)).toBe(false);
  });
});

describe('a token that an administrator mints', () => {
  const olga: Administrator = { id: 1, name: 'olga', role: 'operator', createdAt: 0 };
  const enter = (token: string, tenant = 'sales') =>
    hq.authenticator.authenticate(tenant, token).then(
      (principal) => principal.client,
      (error: Problem) => error.slug,
    );
  const sales = () => hq.tenants.get('sales') as Tenant;
  const mint = async (by: Partial<AdministratorPrincipal> = {}, ttl = 600, scopes?: readonly string[]) =>
    (
      await hq.tokens.mintFor(
        { kind: 'administrator', name: 'olga', identity: { kind: 'account', id: 1 }, role: 'operator', byCookie: true, ...by },
        sales(),
        'ivanov',
        ttl,
        scopes,
      )
    ).token;

  it('lets its client in, for an hour at most, and only where an operator of the tenant mints it', async () => {
    hq.accounts.set(1, olga);
    expect(await enter(await mint())).toBe('ivanov');
    expect(await enter(await mint({}, 3_600, ['broadcast']))).toBe('ivanov');
    expect(await enter(await mint(), 'other')).toBe('unauthenticated');
    await expect(mint({}, 3_601)).rejects.toMatchObject({ extra: { errors: [{ path: 'ttl' }] } });
    for (const by of [{ role: 'viewer' as const }, { tenants: ['other'] }, { identity: undefined }]) {
      await expect(mint(by as Partial<AdministratorPrincipal>)).rejects.toMatchObject({ slug: 'forbidden' });
    }
  });

  it.each([
    ['is gone', () => hq.accounts.delete(1)],
    ['is a viewer now', () => hq.accounts.set(1, { ...olga, role: 'viewer' })],
    ['has to do with other tenants now', () => hq.accounts.set(1, { ...olga, tenants: ['other'] })],
  ])('dies when the administrator %s, and with it what is connected', async (_, change) => {
    hq.accounts.set(1, olga);
    const token = await mint();
    const principal = await hq.authenticator.authenticate('sales', token);
    expect(await hq.authenticator.stillValid(principal)).toBe(true);
    change();
    await hq.changed();
    expect([await enter(token), await hq.authenticator.stillValid(principal)]).toEqual(['unauthenticated', false]);
    expect(hq.refusals.at(-1)).toBe('minting-administrator-gone');
  });

  it.each([
    ['is gone', () => hq.keys.delete('a')],
    ['is one of viewers now', () => hq.key(null, { role: 'viewer', id: 'a' })],
    ['has ended', () => hq.key(null, { role: 'operator', id: 'a', expiresAt: NOW })],
    ['is one of a tenant now', () => hq.key(1, { id: 'a' })],
  ])('dies when the administrators’ key that minted it %s', async (_, change) => {
    const by = await hq.authenticator.administrator({ key: hq.key(null, { role: 'operator', id: 'a' }) });
    const token = await mint(by);
    expect(await enter(token)).toBe('ivanov');
    change();
    await hq.changed();
    expect(await enter(token)).toBe('unauthenticated');
  });

  it('dies when another key is given from outside', async () => {
    const by = await hq.authenticator.administrator({ key: 'an administrator key from outside, long' });
    expect(await enter(await mint(by))).toBe('ivanov');
    expect(await enter(await mint({ identity: { kind: 'given', mark: '0000000000000000' } }))).toBe('unauthenticated');
    expect(JSON.stringify(by)).not.toContain('outside');
  });
});

describe('an administrator', () => {
  const slug = (credential: { key: string } | { cookie: string }) =>
    hq.authenticator.administrator(credential).then(
      () => 'let in',
      (error: Problem) => `${error.slug}: ${error.detail}`,
    );

  it('comes with a key of the administrators, with the key given from outside, or with a cookie', async () => {
    expect(await hq.authenticator.administrator({ key: hq.key(null, { role: 'viewer', id: 'a' }) })).toEqual({
      kind: 'administrator',
      name: 'key:a',
      identity: { kind: 'key', id: 'a' },
      role: 'viewer',
      byCookie: false,
    });
    expect(await hq.authenticator.administrator({ key: 'an administrator key from outside, long' })).toMatchObject({ role: 'owner', byCookie: false });
    const cookie = makeCookieValue();
    hq.sessions.set(Buffer.from(hashOfCookie(cookie)).toString('hex'), { id: 1, name: 'olga', role: 'operator', createdAt: 0 });
    expect(await hq.authenticator.administrator({ cookie })).toEqual({
      kind: 'administrator',
      name: 'olga',
      identity: { kind: 'account', id: 1 },
      role: 'operator',
      byCookie: true,
      session: '7',
      expiresAt: NOW + 5_000,
    });
  });

  it('does not come with anything else, all refused alike', async () => {
    const answers = await Promise.all([
      slug({ key: hq.key(1) }),
      slug({ key: hq.key(null, { role: 'owner', expiresAt: NOW }) }),
      slug({ key: hq.key(null) }),
      slug({ key: 'an administrator key from outside, lonG' }),
      slug({ key: '' }),
      slug({ key: await hq.mint() }),
      slug({ cookie: makeCookieValue() }),
      slug({ cookie: `x'--` }),
      slug({ cookie: hq.key(null, { role: 'owner' }) }),
    ]);
    expect(new Set(answers)).toEqual(new Set(['unauthenticated: no valid token or key was presented']));
  });
});

it('keeps SHA-256 of keys', () => {
  const { key, hash, id } = makeApiKey();
  expect(key).toMatch(/^vk_[A-Za-z0-9_-]{43}$/);
  expect(hashOfKey(key)).toEqual(hash);
  expect(key).not.toContain(id);
});
