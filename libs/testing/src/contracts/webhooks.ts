import { FRESH_PROGRESS, type Mailbox, type Tenant, WEBHOOK_LEASE_MS, type WebhookDirectory, type WebhookProgress } from '@vestnik/core';
import { expect, it } from 'vitest';
import type { Stage } from './stage.js';

const URL = 'https://shop.example/hook';
const FAILING: WebhookProgress = {
  state: 'failing',
  lastError: 'the endpoint answered 500',
  failures: 3,
  failingId: 'gap-b3Blcg',
  nextAttemptAt: 1_800_000_000_000,
  downSince: 1_700_000_000_000,
  givenUp: 2,
};

/** What every directory of webhooks promises. Leases are over all tenants: a test looks at its own webhooks only. */
export function webhooksContract(stage: () => Stage): void {
  const webhooks = (): WebhookDirectory => stage().store.webhooks;
  let nodes = 0;
  const node = () => `node-${++nodes}-${Math.random()}`;
  const put = async (): Promise<{ tenant: Tenant; client: Mailbox; id: number }> => {
    const tenant = await stage().tenant();
    const client = await stage().client(tenant, 'shop');
    const { webhook } = await webhooks().put(tenant.id, client.id, { url: URL, format: 'json-rpc' });
    return { tenant, client, id: webhook.id };
  };
  const takes = async (by: string, id: number, most = 1_000) => (await webhooks().lease(by, most)).taken.find((taken) => taken.id === id);

  it('keeps one webhook a client, and says whether it is new', async () => {
    const tenant = await stage().tenant();
    const client = await stage().client(tenant, 'Магазин 1');
    const first = await webhooks().put(tenant.id, client.id, { url: URL, format: 'json-rpc' });
    expect(first).toMatchObject({
      created: true,
      webhook: { tenantId: tenant.id, clientId: client.id, client: 'Магазин 1', url: URL, format: 'json-rpc', ...FRESH_PROGRESS },
    });
    const second = await webhooks().put(tenant.id, client.id, { url: `${URL}/2`, format: 'cloudevents' });
    expect(second).toMatchObject({
      created: false,
      webhook: { id: first.webhook.id, url: `${URL}/2`, format: 'cloudevents', createdAt: first.webhook.createdAt },
    });
    expect(await webhooks().find(tenant.id, client.id)).toEqual(second.webhook);
    expect(await webhooks().delete(tenant.id, client.id)).toBe(true);
    expect(await webhooks().delete(tenant.id, client.id)).toBe(false);
    expect(await webhooks().find(tenant.id, client.id)).toBeUndefined();
  });

  it('shows another tenant nothing, and lets it change nothing', async () => {
    const { tenant, client } = await put();
    const other = await stage().tenant();
    expect(await webhooks().find(other.id, client.id)).toBeUndefined();
    expect(await webhooks().resume(other.id, client.id)).toBeUndefined();
    expect(await webhooks().delete(other.id, client.id)).toBe(false);
    await expect(webhooks().put(other.id, client.id, { url: 'https://evil.example', format: 'json-rpc' })).rejects.toThrow();
    expect(await webhooks().find(tenant.id, client.id)).toMatchObject({ url: URL });
  });

  it('lets one node at a time serve a webhook, while that node says that it lives', async () => {
    const { id } = await put();
    const [one, two] = [node(), node()];
    const taken = await takes(one, id);
    expect(taken).toMatchObject({ id, url: URL });
    expect(await takes(two, id)).toBeUndefined();
    await stage().store.passTime(WEBHOOK_LEASE_MS - 4_000);
    expect((await webhooks().lease(one, 0)).held.get(id)).toBe(taken?.generation);
    await stage().store.passTime(WEBHOOK_LEASE_MS - 4_000);
    expect(await takes(two, id)).toBeUndefined();
    await stage().store.passTime(WEBHOOK_LEASE_MS);
    expect((await takes(two, id))?.generation).toBeGreaterThan(taken?.generation as number);
    expect((await webhooks().lease(one, 0)).held.has(id)).toBe(false);
  });

  it('gives what nodes ask for at the same time to one of them each', async () => {
    const ids = [(await put()).id, (await put()).id, (await put()).id];
    const answers = await Promise.all([node(), node(), node()].map((by) => webhooks().lease(by, 1_000)));
    for (const id of ids) expect(answers.filter(({ taken }) => taken.some((one) => one.id === id))).toHaveLength(1);
  });

  it('takes no more than is asked for', async () => {
    await put();
    await put();
    expect((await webhooks().lease(node(), 1)).taken).toHaveLength(1);
    expect((await webhooks().lease(node(), 0)).taken).toHaveLength(0);
  });

  it('lets another node have it at once, where a node has said goodbye', async () => {
    const { id } = await put();
    const [one, two] = [node(), node()];
    await takes(one, id);
    await webhooks().release(one);
    expect(await takes(two, id)).toMatchObject({ id });
  });

  it('takes it from whoever serves it, with a change', async () => {
    const { tenant, client, id } = await put();
    const one = node();
    const taken = await takes(one, id);
    await webhooks().put(tenant.id, client.id, { url: `${URL}/2`, format: 'json-rpc' });
    expect(await webhooks().note(one, { id, generation: taken?.generation as number }, FAILING)).toBe(false);
    const { taken: again, held } = await webhooks().lease(one, 1_000);
    const anew = again.find((webhook) => webhook.id === id);
    expect(anew?.url).toBe(`${URL}/2`);
    expect(held.get(id)).toBe(anew?.generation);
    expect(anew?.generation).toBeGreaterThan(taken?.generation as number);
  });

  it('notes how it goes, for whoever takes it next', async () => {
    const { tenant, client, id } = await put();
    const [one, two] = [node(), node()];
    const taken = await takes(one, id);
    expect(await webhooks().note(one, { id, generation: taken?.generation as number }, FAILING)).toBe(true);
    expect(await webhooks().note(two, { id, generation: taken?.generation as number }, FRESH_PROGRESS)).toBe(false);
    expect(await webhooks().find(tenant.id, client.id)).toMatchObject(FAILING);
    await webhooks().release(one);
    const next = await takes(two, id);
    expect(next).toMatchObject(FAILING);
    expect(await webhooks().note(two, { id, generation: next?.generation as number }, FRESH_PROGRESS)).toBe(true);
    const after = await webhooks().find(tenant.id, client.id);
    expect(after).toMatchObject(FRESH_PROGRESS);
    expect(after).not.toHaveProperty('lastError');
  });

  it('is served by nobody while it is paused, and again when somebody resumes it', async () => {
    const { tenant, client, id } = await put();
    const one = node();
    const taken = await takes(one, id);
    await webhooks().note(one, { id, generation: taken?.generation as number }, { ...FAILING, state: 'paused', reason: 'gone' });
    expect((await webhooks().lease(one, 1_000)).held.has(id)).toBe(false);
    expect(await webhooks().find(tenant.id, client.id)).toMatchObject({ state: 'paused', reason: 'gone' });
    const resumed = await webhooks().resume(tenant.id, client.id);
    expect(resumed).toMatchObject({ id, ...FRESH_PROGRESS });
    expect(resumed).not.toHaveProperty('reason');
    expect(await takes(one, id)).toMatchObject({ id });
  });

  it('is taken from whoever serves it when somebody pauses it, and shows how it went before', async () => {
    const { tenant, client, id } = await put();
    const [one, two] = [node(), node()];
    const taken = await takes(one, id);
    await webhooks().note(one, { id, generation: taken?.generation as number }, FAILING);
    const other = await stage().tenant();
    expect(await webhooks().pause(other.id, client.id, 'none of yours')).toBeUndefined();
    const { nextAttemptAt: _, ...before } = FAILING;
    const paused = await webhooks().pause(tenant.id, client.id, 'the shop moves');
    expect(paused).toMatchObject({ ...before, id, state: 'paused', reason: 'the shop moves' });
    expect(paused).not.toHaveProperty('nextAttemptAt');
    expect(await webhooks().note(one, { id, generation: taken?.generation as number }, FRESH_PROGRESS)).toBe(false);
    for (const by of [one, two]) {
      const { taken: anew, held } = await webhooks().lease(by, 1_000);
      expect([anew.some((webhook) => webhook.id === id), held.has(id)]).toEqual([false, false]);
    }
    expect(await webhooks().find(tenant.id, client.id)).toEqual(paused);
    expect(await webhooks().resume(tenant.id, client.id)).toMatchObject({ id, ...FRESH_PROGRESS });
    expect(await takes(two, id)).toMatchObject({ id });
    await webhooks().delete(tenant.id, client.id);
    expect(await webhooks().pause(tenant.id, client.id, 'too late')).toBeUndefined();
  });

  it('goes with its client', async () => {
    const { tenant, client, id } = await put();
    await stage().store.mailboxes.forget(tenant.id, client.name);
    expect(await webhooks().find(tenant.id, client.id)).toBeUndefined();
    expect(await takes(node(), id)).toBeUndefined();
  });

  it('goes with its tenant', async () => {
    const { tenant, client } = await put();
    await stage().store.tenants.delete(tenant.name);
    expect(await webhooks().find(tenant.id, client.id)).toBeUndefined();
  });
}
