import { type RawSocketClient, type TestTenant, untilAsked } from '@vestnik/testing';
import { expect } from 'vitest';

export interface Storm {
  readonly clients: number;
  /** Waiting for each client when it comes back. */
  readonly messages: number;
  readonly withinMs: number;
}

/** Cuts off all clients at once, sends to each while they are away, lets all come back at once, and sees that each catches up in order. */
export async function storm(tenant: TestTenant, { clients, messages, withinMs }: Storm): Promise<void> {
  const names = Array.from({ length: clients }, (_, at) => `client-${at}`);
  const connect = (name: string) => tenant.connect(name, {}, { keepFrames: false });
  const sockets: RawSocketClient[] = [];
  for (let at = 0; at < clients; at += 50) sockets.push(...(await Promise.all(names.slice(at, at + 50).map(connect))));

  for (const socket of sockets) socket.terminate();
  for (let number = 0; number < messages; number++) {
    for (let at = 0; at < clients; at += 1_000) {
      const batch = names.slice(at, at + 1_000).map((name) => ({ to: name, type: 'load', data: number }));
      const answer = await tenant.api('POST', '/messages/batch', { messages: batch });
      expect(answer.status).toBe(202);
    }
  }

  const cameAt = performance.now();
  let sends = 0;
  let stop = false;
  const sendsGoOn = (async () => {
    while (!stop) {
      await tenant.send({ to: 'bystander', type: 'hello' });
      sends++;
    }
  })();
  const back: RawSocketClient[] = [];
  const comeBack = async (name: string) => {
    const socket = await untilAsked(`${name} is back`, () => connect(name), withinMs, 200);
    back.push(socket);
    await socket.received(messages, withinMs);
    return socket;
  };
  const again = await Promise.all(names.map(comeBack));
  const tookMs = performance.now() - cameAt;
  stop = true;
  await sendsGoOn;
  console.info(`${clients} clients were back with ${messages} messages each in ${Math.round(tookMs)} ms; ${sends} sends meanwhile`);
  expect(tookMs).toBeLessThan(withinMs);
  expect(sends).toBeGreaterThan(0);
  const inOrder = Array.from({ length: messages }, (_, at) => at);
  for (const socket of again) expect(socket.messages.map(({ data }) => data)).toEqual(inOrder);
  for (const socket of again) socket.terminate();
}
