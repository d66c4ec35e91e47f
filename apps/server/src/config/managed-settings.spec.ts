import { expect, it } from 'vitest';
import { checkSettings } from './load-settings.js';
import { managedSettings } from './managed-settings.js';

const managed = (environment: Readonly<Record<string, string>>) =>
  new Map(managedSettings(checkSettings({ environment, directory: '/nowhere', isTerminal: false })).map((setting) => [setting.name, setting]));

it('says of each setting what it is, what it would be by default, and whether that differs', () => {
  const settings = managed({
    VESTNIK_PORT: '8380',
    VESTNIK_HOST: '127.0.0.1',
    VESTNIK_TRUSTED_PROXIES: '10.0.0.0/8',
    VESTNIK_PUBLIC_URL: 'https://bus.example',
  });
  expect(settings.get('port')).toMatchObject({ value: 8380, default: 8378, differs: true, source: 'VESTNIK_PORT', group: 'network' });
  expect(settings.get('host')).toMatchObject({ value: '127.0.0.1', default: '127.0.0.1', differs: false, source: 'VESTNIK_HOST' });
  expect(settings.get('trustedProxies')).toMatchObject({ default: [], differs: true });
  expect(settings.get('publicUrl')).toMatchObject({ differs: true });
  expect(settings.get('publicUrl')?.default).toBeUndefined();
  expect(settings.get('maxConnections')).toMatchObject({ differs: false, source: 'default', group: 'limits' });
  for (const { name, group } of settings.values()) expect(group, name).toMatch(/^[a-z-]+$/);
});

it('keeps secrets to itself, and says that there are some', () => {
  const settings = managed({ VESTNIK_ADMIN_KEY: 'a key of administrators, which is long', DATABASE_URL: 'postgres://u:hunter2@db/v' });
  expect(settings.get('adminKey')).toMatchObject({ value: true, secret: true, differs: true });
  expect(settings.get('secretKey')).toMatchObject({ value: undefined, secret: true, differs: false });
  expect(JSON.stringify([...settings.values()])).not.toMatch(/hunter2|which is long/);
});
