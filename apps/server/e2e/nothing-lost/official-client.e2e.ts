import { type DeliveredMessage, VestnikClient } from '@vestnik/client';
import { assertNothingWrong, Conditions, check, FaultProxy, MemoryRecorder, type TestTenant } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

const MESSAGES = 200;

describe('the official client', () => {
  const one = oneServer();
  let proxy: FaultProxy;

  beforeAll(async () => {
    proxy = await FaultProxy.start({ port: one.server.port });
  });
  afterAll(() => proxy?.close());

  const client = (tenant: TestTenant, name: string) =>
    new VestnikClient({ url: proxy.through(one.server.url), tenant: tenant.name, token: () => tenant.token(name), window: 16, reconnectDelayMs: () => 100 });

  it('shows an application each message once, in order, while connections break and the node is killed', async () => {
    const tenant = await one.tenant();
    const recorder = new MemoryRecorder();
    const conditions = new Conditions();
    const [from, to] = [tenant.address('petrov'), tenant.address('ivanov')];
    const sender = client(tenant, 'petrov');
    const receiver = client(tenant, 'ivanov');
    const handled = new Set<string>();
    let connections = 0;
    receiver.on('connected', () => connections++);
    receiver.onMessage(async (message: DeliveredMessage) => {
      const { label } = message.data as { label: string };
      // The library hides its sessions and its repeats: what it shows counts as the first of a session of its own.
      recorder.record({
        kind: 'receive',
        client: to,
        session: `library ${handled.size}`,
        life: 'one',
        label,
        id: message.id,
        from: message.from,
        redelivered: true,
        application: true,
      });
      handled.add(label);
      conditions.changed();
      await new Promise((resolve) => setImmediate(resolve));
    });
    try {
      await Promise.all([sender.connect(), receiver.connect()]);
      const sends = Array.from({ length: MESSAGES }, async (_, at) => {
        const label = `m-${at}`;
        recorder.record({ kind: 'send', label, sender: from, to: [to] });
        const answer = await sender.send({ to: 'ivanov', type: 'load', data: { label } });
        recorder.record({ kind: 'answer', label, id: answer.id, recipients: answer.to.map(({ address }) => address) });
      });
      await conditions.until('the first are handled', () => handled.size > 20);
      proxy.reset();
      await conditions.until('more are handled', () => handled.size > 60, 20_000);
      await one.server.restart('SIGKILL');
      await Promise.all(sends);
      await conditions.until('all are handled', () => handled.size === MESSAGES, 20_000);
      expect(connections).toBeGreaterThanOrEqual(2);
      // Sends that wait in the library are repeated in the order in which they were made.
      expect([...handled]).toEqual(Array.from({ length: MESSAGES }, (_, at) => `m-${at}`));
      assertNothingWrong(check(recorder.observations));
    } finally {
      await Promise.all([sender.close(), receiver.close()]);
    }
  });
});
