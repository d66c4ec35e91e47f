import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type JwtSettingsInput, type SecretVault, tenantJwksName, tenantJwtSecretName } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { exportJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { VaultTenantTokenSettings } from './tenant-token-settings.js';

const kept = new Map<string, string>();
const vault = {
  set: async (name: string, secret: Uint8Array) => void kept.set(name, Buffer.from(secret).toString()),
  delete: async (name: string) => void kept.delete(name),
} as SecretVault;
const egress = {
  check: async (url: string, field: string) => {
    if (url.includes('inside')) throw new Problem('url-refused', `${field}: not there`, { errors: [{ path: field, message: 'not there' }] });
  },
};
const settings = new VaultTenantTokenSettings(vault, egress);
const secret = randomBytes(32).toString('base64');
const jwkOf = (pair: { publicKey: Parameters<typeof exportJWK>[0] }) => exportJWK(pair.publicKey);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The field that is named as wrong. */
const wrongField = (input: JwtSettingsInput): Promise<string> =>
  settings.check(input, undefined).then(
    () => 'good',
    (error: unknown) => {
      expect(error).toMatchObject({ name: 'Problem', slug: 'request-invalid' });
      return (error as Problem).extra.errors?.[0]?.path ?? '';
    },
  );

describe('the jwt setting of a tenant', () => {
  it('comes out without its secrets, which go to the vault', async () => {
    const input = { algorithms: ['HS256', 'RS256', 'RS256'], keyIds: ['a'], secret, jwks: { keys: [await jwkOf(rsa)] } };
    expect(await settings.check(input, undefined)).toEqual({
      algorithms: ['HS256', 'RS256'],
      keyIds: ['a'],
      bareAudience: false,
      hasSecret: true,
      hasJwks: true,
    });
    expect(kept.size).toBe(0);
    await settings.store(7, input);
    expect(kept.get(tenantJwtSecretName(7))).toBe(secret);
    expect(JSON.parse(kept.get(tenantJwksName(7)) as string)).toEqual(input.jwks);
    await settings.store(7, undefined);
    expect(kept.size).toBe(0);
  });

  it('keeps what a change does not name', async () => {
    const before = await settings.check({ algorithms: ['HS256'], secret, keyIds: ['a'] }, undefined);
    expect(await settings.check({ bareAudience: true }, before)).toEqual({ ...before, bareAudience: true });
  });

  it('takes a URL in the place of a document, and a document in the place of a URL', async () => {
    const jwks = { keys: [await jwkOf(rsa)] };
    const uploaded = await settings.check({ algorithms: ['RS256'], jwks }, undefined);
    await settings.store(7, { jwks });
    const jwksUrl = 'https://id.example/jwks';
    const fetched = await settings.check({ jwksUrl }, uploaded);
    expect(fetched).toMatchObject({ jwksUrl, hasJwks: false });
    await settings.store(7, { jwksUrl });
    expect(kept.size).toBe(0);
    expect(await settings.check({ bareAudience: true }, fetched)).toEqual({ ...fetched, bareAudience: true });
    expect(await settings.check({ jwks }, fetched)).toEqual(uploaded);
  });

  it('refuses a URL that the bus may not fetch', async () => {
    const refused = settings.check({ algorithms: ['RS256'], jwksUrl: 'https://inside.example/jwks' }, undefined);
    await expect(refused).rejects.toMatchObject({ slug: 'url-refused', extra: { errors: [{ path: 'jwt/jwksUrl' }] } });
  });

  it('names the field that is wrong', async () => {
    const ok = await jwkOf(rsa);
    const privateKey = await exportJWK(rsa.privateKey);
    const small = await jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }));
    const p384 = await jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const keys = (...list: unknown[]): JwtSettingsInput => ({ algorithms: ['RS256'], jwks: { keys: list } });
    const cases: [JwtSettingsInput, string][] = [
      [{ algorithms: ['HS256'], secret }, 'good'],
      [keys(ok), 'good'],
      [{ algorithms: ['RS256'], jwksUrl: 'https://id.example/jwks' }, 'good'],
      [{ algorithms: ['RS256'], jwksUrl: 'https://id.example/jwks', jwks: { keys: [ok] } }, 'jwt/jwksUrl'],
      [{}, 'jwt/algorithms'],
      [{ algorithms: ['none'] }, 'jwt/algorithms/0'],
      [{ algorithms: ['HS256', 'HS512'], secret }, 'jwt/algorithms/1'],
      [{ algorithms: ['HS256'] }, 'jwt/secret'],
      [{ algorithms: ['HS256'], secret: 'x'.repeat(31) }, 'jwt/secret'],
      [{ algorithms: ['HS256'], secret: pem }, 'jwt/secret'],
      [{ algorithms: ['HS256'], secret: JSON.stringify(ok) }, 'jwt/secret'],
      [{ algorithms: ['HS256'], secret, keyIds: ['a', 'vestnik-1'] }, 'jwt/keyIds/1'],
      [{ algorithms: ['HS256'], secret, keyIds: [''] }, 'jwt/keyIds/0'],
      [{ algorithms: ['RS256'] }, 'jwt/jwks'],
      [{ algorithms: ['RS256'], jwks: [] }, 'jwt/jwks'],
      [keys(), 'jwt/jwks'],
      [keys(7), 'jwt/jwks/keys/0'],
      [keys({ kty: 'oct', k: 'x' }), 'jwt/jwks/keys/0'],
      [keys(privateKey), 'jwt/jwks/keys/0'],
      [keys(small), 'jwt/jwks/keys/0'],
      [keys(p384), 'jwt/jwks/keys/0'],
      [keys({ ...ok, n: undefined }), 'jwt/jwks/keys/0'],
      [keys({ ...ok, alg: 'RS512' }), 'jwt/jwks/keys/0/alg'],
      [keys({ ...ok, use: 'enc' }), 'jwt/jwks/keys/0/use'],
      [keys(ok, ok), 'jwt/jwks/keys/0/kid'],
      [keys({ ...ok, kid: 'a' }, { ...ok, kid: 'a' }), 'jwt/jwks/keys/1/kid'],
      [keys({ ...ok, kid: 'vestnik-1' }), 'jwt/jwks/keys/0/kid'],
      [keys({ ...ok, kid: 7 }), 'jwt/jwks/keys/0/kid'],
    ];
    for (const [input, field] of cases)
      expect([JSON.stringify(input).slice(0, 60), await wrongField(input)]).toEqual([JSON.stringify(input).slice(0, 60), field]);
  });
});
