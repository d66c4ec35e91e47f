import { PROBLEMS } from '@vestnik/protocol';
import { RawSocketClient, type TestTenant } from '@vestnik/testing';
import { expect, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { fuzzFor } from './fuzz-for.js';
import { type Chance, mutateText, mutateValue } from './mutate.js';

const MESSAGE_ID = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';
const CALLS: readonly { readonly method: string; readonly params: unknown }[] = [
  { method: 'connect', params: { position: 'b3Blcg', device: 'phone', window: 10, app: 'x' } },
  { method: 'send', params: { to: 'petrov', type: 'order.approved', data: { sum: 1200.5, list: [1, 'two', null] }, ttl: 60, key: 'k-1', receipt: true } },
  { method: 'send', params: { to: ['petrov', 'ivanov', '#orders/eu', 'petrov@elsewhere'], type: 'n', durable: false, correlationId: 'A-17' } },
  {
    method: 'send',
    params: { to: 'petrov', type: 'n', deliverAt: '2030-11-22T06:22:00Z', collapseKey: 'A', retain: true, contentType: 'image/png', data: 'AAAA' },
  },
  { method: 'ack', params: { position: 'b3Blcg' } },
  { method: 'read', params: { ids: [MESSAGE_ID] } },
  { method: 'refuse', params: { id: MESSAGE_ID, reason: 'no' } },
  { method: 'state', params: { id: MESSAGE_ID } },
  { method: 'withdraw', params: { id: MESSAGE_ID } },
  { method: 'call', params: { to: 'ivanov', method: 'openForm', params: { form: 'Order' }, timeout: 0.1, answer: 'first' } },
  { method: 'subscribe', params: { topic: 'orders/+', from: 'first', retained: true } },
  { method: 'unsubscribe', params: { topic: 'orders/#' } },
  { method: 'history', params: { with: 'petrov', before: 'b3Blcg', limit: 10 } },
  { method: 'presence.set', params: { status: 'busy', text: 'x' } },
  { method: 'presence.get', params: { clients: ['petrov', 'ivanov@elsewhere'] } },
  { method: 'presence.watch', params: { clients: ['petrov'] } },
  { method: 'presence.unwatch', params: { clients: ['petrov'] } },
  { method: 'refresh', params: { token: 'a.b.c' } },
  { method: 'ping', params: {} },
];
const CODES = new Set<number>([-32700, -32600, -32601, -32602, ...Object.values(PROBLEMS).map(({ rpc }) => rpc)]);
const CLOSE_CODES = new Set<number>([1000, 1003, 1007, 1009, 4400, 4401, 4429]);

function frame(chance: Chance): string {
  const call = { jsonrpc: '2.0', id: chance.below(1_000), ...chance.of(CALLS) };
  switch (chance.below(5)) {
    case 0:
      return mutateText(JSON.stringify(call), chance);
    case 1:
      return JSON.stringify([call, mutateValue(call, chance), { jsonrpc: '2.0', ...chance.of(CALLS) }]);
    case 2:
      return JSON.stringify({ jsonrpc: '2.0', id: 'a-call', [chance.of(['result', 'error'])]: mutateValue({ a: 1 }, chance) });
    default:
      return JSON.stringify(mutateValue(call, chance));
  }
}

function expectProblems(texts: Iterable<string>, sent: string): void {
  for (const text of texts) {
    const parsed = JSON.parse(text) as unknown;
    for (const { error } of (Array.isArray(parsed) ? parsed : [parsed]) as { error?: { code: number; data?: { type: string } } }[]) {
      if (error === undefined) continue;
      expect(error.data?.type, `${sent}\nwas answered ${text}`).not.toBe('internal');
      expect(CODES, `${sent}\nwas answered ${text}`).toContain(error.code);
    }
  }
}

const one = oneServer(() => ({ nodeArguments: ['--max-old-space-size=384'] }));
/** Written whole into the log, and told to nobody: a bug. */
const expectNoBug = () => expect(one.server.log.split('\n').filter((line) => line.includes('"level":50') || line.includes('"level":60'))).toEqual([]);

it('answers any frame with a result or a problem, closes with a code of the table or stays, and goes on', async () => {
  const tenant = await one.tenant();
  let socket = await tenant.connect('ivanov');
  let sent: string[] = [];
  let read = 0;
  await fuzzFor('frames', { memory: () => one.server.residentBytes(), growthBytesMax: 150 * 1024 * 1024 }, async (chance) => {
    if (socket.close !== undefined || socket.frames.length > 5_000) {
      if (socket.close !== undefined) expect(CLOSE_CODES, `${socket.close.code} after ${sent.join('\n')}`).toContain(socket.close.code);
      await socket.end().catch(() => {});
      socket = await open(tenant, chance);
      [sent, read] = [[], 0];
    }
    for (let n = chance.below(8); n >= 0; n--) {
      const text = frame(chance);
      sent = [...sent.slice(-12), text];
      if (chance.below(200) === 0) socket.socket.send(Buffer.from(text), { binary: true }, () => {});
      else socket.sendText(text);
    }
    const id = `alive-${chance.below(2 ** 31)}`;
    const alive = await socket.askText(id, JSON.stringify({ jsonrpc: '2.0', id, method: 'ping', params: {} }));
    if (alive === undefined) expect(socket.close).toBeDefined();
    const incoming = socket.frames.filter(({ direction }) => direction === 'in').map(({ text }) => text);
    expectProblems(incoming.slice(read), sent.join('\n'));
    read = incoming.length;
  });
  await socket.end().catch(() => {});
  expect(one.server.running).toBe(true);
  expectNoBug();
});

it('answers any body of rpc the same way', async () => {
  const tenant = await one.tenant();
  const token = await tenant.token('ivanov');
  await fuzzFor('rpc', { memory: () => one.server.residentBytes(), growthBytesMax: 150 * 1024 * 1024 }, async (chance) => {
    const body = frame(chance);
    const { status, text } = await tenant.api('POST', '/rpc', body, token);
    expect([200, 204, 400, 413, 429], `${body}\nwas answered ${status} ${text}`).toContain(status);
    if (status === 200) expectProblems([text], body);
  });
  expect(one.server.running).toBe(true);
  expectNoBug();
});

/** A session in any of the ways in which one begins. */
async function open(tenant: TestTenant, chance: Chance): Promise<RawSocketClient> {
  if (chance.below(3) > 0) return tenant.connect(chance.of(['ivanov', 'petrov']));
  const socket = await RawSocketClient.open(tenant.socketUrl);
  socket.sendText(frame(chance));
  const reply = await socket.ask('connect', { token: await tenant.token('ivanov') });
  return reply?.error === undefined ? socket : tenant.connect('ivanov');
}
