import { afterEach, beforeEach, expect, it } from 'vitest';
import { HttpStream } from '../spec/http-stream.js';
import { MemoryBus } from '../spec/memory-bus.js';

let bus: MemoryBus;

beforeEach(async () => {
  bus = await MemoryBus.start();
});

afterEach(() => bus.stop());

async function poll(query: string) {
  const stream = await HttpStream.open(`http://${bus.host}/v1/tenants/demo/inbox?${query}`, { authorization: 'Bearer ivanov' });
  return JSON.parse(await stream.end()) as { messages: unknown[]; position: string; events: { method: string; id?: string; params: object }[] };
}

const rpc = (body: object) => bus.post('/v1/tenants/demo/rpc', JSON.stringify(body), { authorization: 'Bearer ivanov' });

it('a call waits for the next poll, also where so many messages wait that the rest stays in the log, and is answered by rpc', async () => {
  const { position } = await poll('wait=0');
  for (let n = 0; n < 2; n++) await bus.post('/v1/tenants/demo/messages', JSON.stringify({ to: 'ivanov', type: 't', data: 'x'.repeat(40_000) }));
  const timers = bus.clock.waiting;
  let answered = false;
  const answer = bus.post('/v1/tenants/demo/calls', '{"to":"ivanov","method":"m","params":1.50}').finally(() => {
    answered = true;
  });
  // Its deadline has been set: it was handed over.
  while (bus.clock.waiting === timers && !answered) await new Promise((resolve) => setImmediate(resolve));
  const { events, messages } = await poll(`wait=0&after=${position}`);
  expect(messages).toHaveLength(2);
  expect(events).toMatchObject([{ method: 'call', id: expect.any(String), params: { method: 'm', params: 1.5 } }]);
  expect((await rpc({ jsonrpc: '2.0', id: events[0]?.id, result: 2 })).status).toBe(204);
  expect(await answer).toMatchObject({ status: 200, body: { result: 2 } });
});
