import { TENANT_DEFAULTS } from '@vestnik/core';
import { expect, it } from 'vitest';
import type { Stage } from './stage.js';

export function tenantsContract(stage: () => Stage): void {
  const tenants = () => stage().store.tenants;

  it('lists tenants by name, with the settings they were made with', async () => {
    const one = await stage().tenant({ ttl: 60 });
    const listed = await tenants().list();
    expect(listed).toContainEqual({ ...one, settings: { ...TENANT_DEFAULTS, ttl: 60 } });
    expect(listed.map(({ name }) => name)).toEqual(listed.map(({ name }) => name).sort());
  });

  it('refuses a name that is taken, or is none', async () => {
    const { name } = await stage().tenant();
    await expect(tenants().create(name, undefined, TENANT_DEFAULTS)).rejects.toMatchObject({ slug: 'conflict' });
    await expect(tenants().create('Not a label', undefined, TENANT_DEFAULTS)).rejects.toMatchObject({ slug: 'request-invalid' });
  });

  it('changes what is named, and brings back a default', async () => {
    const { name } = await stage().tenant({ ttl: 60, maxInbox: 5 });
    const changed = await tenants().update(name, { title: 'Бухгалтерия', settings: { ttl: undefined, suspended: true } });
    expect(changed).toMatchObject({ name, title: 'Бухгалтерия', settings: { ttl: TENANT_DEFAULTS.ttl, maxInbox: 5, suspended: true } });
    expect((await tenants().update(name, { title: null, settings: {} }))?.title).toBeUndefined();
    expect(await tenants().update('nobody', { settings: {} })).toBeUndefined();
  });

  it('counts up its version with each change', async () => {
    const before = await tenants().version();
    const { name } = await stage().tenant();
    const made = await tenants().version();
    await tenants().update(name, { settings: { ttl: 60 } });
    const changed = await tenants().version();
    await tenants().delete(name);
    const versions = [before, made, changed, await tenants().version()];
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });
}
