import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSettings, loadSettings, publicUrlAt } from './load-settings.js';
import type { Environment } from './read-sources.js';
import { SettingsError } from './settings-error.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vestnik-spec-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('settings', () => {
  it('have defaults that need nothing', () => {
    expect(check({}).settings).toEqual({
      port: 8378,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:8378',
      dataDir: join(directory, 'data'),
      installation: 'local',
      maxConnections: 50_000,
      maxConnectionsPerAddress: 20_000,
      poolSize: 10,
      trustedProxies: [],
      egressAllow: [],
      oidcScopes: ['openid', 'profile', 'email'],
      oidcTitle: 'OpenID',
      demo: true,
      log: 'json',
      logLevel: 'info',
    });
  });

  it('come from the environment, as text', () => {
    const { settings } = check({
      VESTNIK_PORT: '8080',
      VESTNIK_PUBLIC_URL: 'https://bus.example/',
      DATABASE_URL: 'postgres://u:p@db/vestnik',
      REDIS_URL: 'redis://cache',
      VESTNIK_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      VESTNIK_METRICS_PORT: '9100',
    });
    expect(settings).toMatchObject({
      port: 8080,
      publicUrl: 'https://bus.example',
      databaseUrl: 'postgres://u:p@db/vestnik',
      redisUrl: 'redis://cache',
      trustedProxies: ['10.0.0.0/8', '::1'],
      metricsPort: 9100,
      demo: false,
    });
  });

  it('name an OpenID provider with its rules, or none of it', () => {
    const whole = {
      VESTNIK_OIDC_ISSUER: 'https://id.example/realms/staff',
      VESTNIK_OIDC_CLIENT_ID: 'vestnik',
      VESTNIK_OIDC_CLIENT_SECRET: 's',
      VESTNIK_OIDC_ROLES: 'groups:owners=owner, groups:support=viewer@sales',
    };
    expect(check(whole).settings.oidcRoles).toEqual([
      { claim: 'groups', value: 'owners', role: 'owner' },
      { claim: 'groups', value: 'support', role: 'viewer', tenant: 'sales' },
    ]);
    yaml('oidcRoles: ["groups:CN=ops,OU=it=owner"]\n');
    expect(check({ ...whole, VESTNIK_OIDC_ROLES: '' }).settings.oidcRoles).toEqual([{ claim: 'groups', value: 'CN=ops,OU=it', role: 'owner' }]);
    yaml('');
    for (const name of Object.keys(whole)) expect(() => check({ ...whole, [name]: '' }), name).toThrow(`without ${name}`);
    expect(() => check({ ...whole, VESTNIK_OIDC_ROLES: 'groups:x=king' })).toThrow('the role is one of');
    expect(() => check({ ...whole, VESTNIK_OIDC_ISSUER: 'http://id.example' })).toThrow('in plain only to this machine');
    expect(check({ ...whole, VESTNIK_OIDC_ISSUER: 'http://127.0.0.1:9000' }).settings.oidcIssuer).toBe('http://127.0.0.1:9000');
  });

  it('come from vestnik.yaml, and the environment wins', () => {
    yaml('port: 8080\nhost: 0.0.0.0\ntrustedProxies: [10.0.0.0/8]\ndemo: no\n');
    const { settings, origins } = check({ VESTNIK_PORT: '9090' });
    expect(settings).toMatchObject({ port: 9090, host: '0.0.0.0', publicUrl: 'http://localhost:9090', trustedProxies: ['10.0.0.0/8'], demo: false });
    expect(origins.port).toEqual({ kind: 'environment', variable: 'VESTNIK_PORT' });
    expect(origins.host).toEqual({ kind: 'file', path: join(directory, 'vestnik.yaml'), key: 'host' });
    expect(origins.poolSize).toEqual({ kind: 'default' });
  });

  it('come from the file that VESTNIK_CONFIG names, which has to be there', () => {
    yaml('port: 1\n');
    writeFileSync(join(directory, 'other.yaml'), 'port: 2\n');
    expect(check({ VESTNIK_CONFIG: 'other.yaml' }).settings.port).toBe(2);
    expect(faultsOf({ VESTNIK_CONFIG: 'gone.yaml' })).toEqual([expect.stringMatching(/^VESTNIK_CONFIG: .*gone\.yaml cannot be read/)]);
  });

  it('that are empty in the environment are not given', () => {
    const { settings } = check({ DATABASE_URL: '', VESTNIK_PORT: '' });
    expect(settings.port).toBe(8378);
    expect(settings.databaseUrl).toBeUndefined();
  });

  it('that are secrets may be files', () => {
    const file = join(directory, 'url');
    writeFileSync(file, 'postgres://u:p@db/vestnik\n');
    expect(check({ DATABASE_URL_FILE: file }).settings.databaseUrl).toBe('postgres://u:p@db/vestnik');
    yaml(`adminKeyFile: ${file}\n`);
    expect(faultsOf({})).toEqual([expect.stringMatching(/^adminKeyFile in .*32 characters or more/)]);
    expect(faultsOf({ DATABASE_URL: 'postgres://db', DATABASE_URL_FILE: file })).toContain(
      'DATABASE_URL_FILE: given together with DATABASE_URL; give one of them',
    );
    expect(faultsOf({ DATABASE_URL_FILE: '/gone' })).toContainEqual(expect.stringMatching(/^DATABASE_URL_FILE: the file cannot be read/));
  });

  it('that are wrong are all named at once, with the reason and without their value', () => {
    yaml('prot: 1\nhost: ""\n');
    const faults = faultsOf({
      VESTNIK_PORT: '99999',
      VESTNIK_ADMIN_KEY: 'too-short-a-secret',
      VESTNIK_SECRET_KEY: 'not a key',
      VESTNIK_INSTALLATION: 'Head Office',
      VESTNIK_LOG: 'xml',
      VESTNIK_DEMO: 'perhaps',
      VESTNIK_TRUSTED_PROXIES: '10.0.0.0/33',
      DATABASE_URL: 'mysql://u:hidden@db',
    });
    const file = join(directory, 'vestnik.yaml');
    expect(faults.sort()).toEqual(
      [
        'DATABASE_URL: must be a URL that begins with postgres:// or postgresql://',
        'VESTNIK_ADMIN_KEY: must have 32 characters or more',
        'VESTNIK_DEMO: must be true or false',
        'VESTNIK_INSTALLATION: must be like a DNS label: small Latin letters, digits and "-", up to 63',
        'VESTNIK_LOG: must be pretty or json',
        'VESTNIK_PORT: must be a whole number from 0 to 65535',
        'VESTNIK_SECRET_KEY: must be 32 bytes in base64, such as from: openssl rand -base64 32',
        'VESTNIK_TRUSTED_PROXIES: "10.0.0.0/33" is not a network such as 10.0.0.0/8 or ::1/128',
        `host in ${file}: must not be empty`,
        `prot in ${file}: there is no such setting; is port meant?`,
      ].sort(),
    );
  });

  it.each(['1.5', '1e3', ' ', '-1', '0x10', 'port'])('takes %j for no number', (word) => {
    expect(faultsOf({ VESTNIK_PORT: word })).toEqual(['VESTNIK_PORT: must be a whole number from 0 to 65535']);
  });

  it('that are unknown in the environment are warned of, with the nearest known name', () => {
    const { warnings } = check({
      VESTNIK_PUBLICURL: 'http://x',
      VESTNIK_URL: 'http://x',
      VESTNIK_SERVICE_HOST: '10.0.0.1',
      VESTNIK_PORT_8378_TCP: 'tcp://10.0.0.1:8378',
      VESTNIK_QQQQQQQQ: '1',
    });
    expect(warnings).toEqual([
      'VESTNIK_PUBLICURL: there is no such setting; is VESTNIK_PUBLIC_URL meant?',
      expect.stringMatching(/^VESTNIK_QQQQQQQQ: there is no such setting/),
    ]);
  });

  it('explain the variable that Kubernetes sets', () => {
    expect(faultsOf({ VESTNIK_PORT: 'tcp://10.0.0.1:8378' })).toEqual([expect.stringContaining('enableServiceLinks: false')]);
  });

  it('say where a file is no YAML, and do not quote it', () => {
    yaml('adminKey: "very-secret\nport: 1');
    const faults = faultsOf({});
    expect(faults[0]).toMatch(/vestnik\.yaml: not YAML: /);
    expect(faults.join()).not.toContain('very-secret');
    yaml('- port');
    expect(faultsOf({})).toEqual([expect.stringContaining('must be lines of the form')]);
    yaml('# nothing\n');
    expect(check({}).settings.port).toBe(8378);
  });

  it('refuse a direct address of a database that is not given', () => {
    expect(faultsOf({ DATABASE_DIRECT_URL: 'postgres://db' })).toEqual(['DATABASE_DIRECT_URL: given without DATABASE_URL']);
  });

  it('give the public URL the port that was taken, unless it was given', () => {
    expect(publicUrlAt(check({ VESTNIK_PORT: '0' }).settings, 4711)).toBe('http://127.0.0.1:4711');
    expect(publicUrlAt(check({ VESTNIK_PORT: '0', VESTNIK_PUBLIC_URL: 'https://bus.example' }).settings, 4711)).toBe('https://bus.example');
    expect(check({ VESTNIK_HOST: '::1' }).settings.publicUrl).toBe('http://[::1]:8378');
  });
});

describe('the secret key', () => {
  it('is taken as given, and nothing is written then', () => {
    const { settings } = load({ VESTNIK_SECRET_KEY: KEY });
    expect(settings.secretKey).toEqual(Buffer.alloc(32, 7));
    expect(() => statSync(settings.dataDir)).toThrow();
  });

  it('is made in the data directory for its owner alone, and is the same at the next start', () => {
    const { secretKey, dataDir } = load({}).settings;
    expect(secretKey).toHaveLength(32);
    expect(statSync(join(dataDir, 'secret-key')).mode & 0o777).toBe(0o600);
    expect(load({}).settings.secretKey).toEqual(secretKey);
  });

  it('that is damaged is not replaced', () => {
    const file = join(directory, 'data', 'secret-key');
    mkdirSync(join(directory, 'data'));
    writeFileSync(file, 'damaged');
    expect(() => load({})).toThrow(SettingsError);
    expect(readFileSync(file, 'utf8')).toBe('damaged');
  });
});

function load(environment: Environment) {
  return loadSettings({ environment, directory, isTerminal: false });
}

function check(environment: Environment) {
  return checkSettings({ environment, directory, isTerminal: false });
}

function faultsOf(environment: Environment): string[] {
  try {
    check(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
  throw new Error('the settings were taken');
}

function yaml(text: string): void {
  writeFileSync(join(directory, 'vestnik.yaml'), text);
}
