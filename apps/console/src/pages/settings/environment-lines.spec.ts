import { expect, it } from 'vitest';
import { environmentLines, environmentName } from './environment-lines.js';

it('names variables as the server reads them', () => {
  expect(environmentName('maxConnectionsPerAddress')).toBe('VESTNIK_MAX_CONNECTIONS_PER_ADDRESS');
  expect(environmentName('databaseUrl')).toBe('DATABASE_URL');
});

it('writes what was given, and of secrets the name only', () => {
  const lines = environmentLines([
    { name: 'port', value: 8380, secret: false, source: 'VESTNIK_PORT' },
    { name: 'host', value: '127.0.0.1', secret: false, source: 'default' },
    { name: 'trustedProxies', value: ['10.0.0.0/8', '::1/128'], secret: false, source: 'vestnik.yaml' },
    { name: 'oidcTitle', value: "Ivan's house", secret: false, source: 'VESTNIK_OIDC_TITLE' },
    { name: 'secretKey', value: true, secret: true, source: 'VESTNIK_SECRET_KEY' },
  ]);
  expect(lines).toBe("VESTNIK_PORT=8380\nVESTNIK_TRUSTED_PROXIES=10.0.0.0/8,::1/128\nVESTNIK_OIDC_TITLE='Ivan'\\''s house'\n# VESTNIK_SECRET_KEY=…\n");
});

it('is empty where nothing was given', () => {
  expect(environmentLines([{ name: 'port', value: 8378, secret: false, source: 'default' }])).toBe('');
});
