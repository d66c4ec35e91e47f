import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_SCOPES, TENANT_DEFAULTS } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import type { Settings } from './config/index.js';
import type { FirstRun } from './first-run.js';
import type { House } from './house.js';

const DEMO = 'demo';
const ADMINISTRATOR = 'admin';

/**
 * The administrators' key of this node's own machine: what was given, else the file `admin-key` in the data directory,
 * made at the first start, so that the command line works there without asking.
 */
export function localAdminKey(settings: Pick<Settings, 'adminKey' | 'dataDir'>): string {
  if (settings.adminKey !== undefined) return settings.adminKey;
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o750 });
  const file = join(settings.dataDir, 'admin-key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const key = `vk_${randomBytes(33).toString('base64url')}`;
  writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(file, 0o600);
  return key;
}

/**
 * Makes what a new installation needs: an administrator, and the tenant `demo` with a key where that is wanted.
 * @returns what can be told only once, or undefined where nothing was new
 */
export async function firstStart(house: House, settings: Settings): Promise<Pick<FirstRun, 'tenant' | 'key' | 'adminName' | 'adminPassword'> | undefined> {
  if ((await house.administrators.count()) > 0) return undefined;
  const adminPassword = randomBytes(12).toString('base64url');
  try {
    await house.administrators.create(ADMINISTRATOR, adminPassword, 'owner');
  } catch (error) {
    // Another node that started at the same time was first, and tells.
    if (error instanceof Problem && error.slug === 'conflict') return undefined;
    throw error;
  }
  await house.audit.record({ at: house.clock.now(), who: 'vestnik', action: 'administrator.create', subject: ADMINISTRATOR });
  if (!settings.demo) return { adminName: ADMINISTRATOR, adminPassword };
  const tenant = await house.directory.create(DEMO, 'Demo', TENANT_DEFAULTS);
  const { key, hash, id } = house.keyMaker.make();
  await house.keys.create({ id, tenantId: tenant.id, title: 'made at the first start', client: 'server', scopes: [...KEY_SCOPES] }, hash);
  await house.audit.record({ at: house.clock.now(), who: 'vestnik', action: 'tenant.create', subject: DEMO });
  await house.tenants.refresh();
  return { tenant: DEMO, key, adminName: ADMINISTRATOR, adminPassword };
}
