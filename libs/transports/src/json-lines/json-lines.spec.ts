import { Push } from '@vestnik/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpStream } from '../spec/http-stream.js';
import { MemoryBus } from '../spec/memory-bus.js';
import { JSON_LINES } from './format.js';

let bus: MemoryBus;
let streams: HttpStream[];

beforeEach(async () => {
  streams = [];
  bus = await MemoryBus.start({ commentMs: 50 });
});

afterEach(async () => {
  for (const stream of streams) stream.drop();
  await bus.stop();
});

async function listen(query = '', accept = 'application/x-ndjson'): Promise<HttpStream> {
  const stream = await HttpStream.open(`http://${bus.host}/v1/tenants/demo/events${query}`, { authorization: 'Bearer ivanov', accept });
  streams.push(stream);
  return stream;
}

const publish = (body: string) => bus.post('/v1/tenants/demo/messages', body);
const lines = (stream: HttpStream, count: number) => stream.until(() => stream.lines.length >= count && stream.lines);

describe('JSON lines', () => {
  it('are the objects that a WebSocket would carry, one a line, with empty ones in between', async () => {
    const stream = await listen();
    expect(stream.response.headers).toMatchObject({ 'content-type': 'application/x-ndjson', 'cache-control': 'no-store, no-transform' });
    await publish('{"to":"ivanov","type":"t","data":{"n": 1.50,\n"long":12345678901234567890}}');
    const [message] = await lines(stream, 1);
    expect(message).toMatchObject({ jsonrpc: '2.0', method: 'message', params: { from: 'server@demo.hq', position: expect.any(String) } });
    expect(stream.text).toContain('"data":{"n":1.50,"long":12345678901234567890}');
    await stream.until((text) => text.endsWith('\n\n\n'));
  });

  it('resume after a position, and have the same window and acknowledgements', async () => {
    for (const data of [1, 2, 3]) await publish(JSON.stringify({ to: 'ivanov', type: 't', data }));
    const first = await lines(await listen('?window=2'), 2);
    const { position } = (first[0] as { params: { position: string } }).params;
    const auto = await listen(`?after=${position}&ack=auto`);
    expect((await lines(auto, 2)).map(({ params }) => (params as { data: unknown }).data)).toEqual([2, 3]);
    expect((await lines(await listen(), 2)).map(({ params }) => (params as { data: unknown }).data)).toEqual([2, 3]);
  });

  it('are asked for by Accept alone; whoever asks for anything else has events', async () => {
    expect((await listen('', '*/*')).response.headers['content-type']).toBe('text/event-stream');
    expect((await listen('', 'text/plain, application/x-ndjson;q=0.9')).response.headers['content-type']).toBe('application/x-ndjson');
  });

  it('end with the last notice', async () => {
    const stream = await listen();
    await bus.delivery.drain();
    await stream.end();
    expect(stream.lines.at(-1)).toMatchObject({ jsonrpc: '2.0', method: 'notice', params: { type: 'vestnik.closing', reason: 'draining' } });
  });

  it('are refused by the status where events would be told by an event', async () => {
    bus.accepting = false;
    expect((await listen()).response.statusCode).toBe(503);
  });

  it('carry a call as a request', () => {
    const line = Buffer.from(JSON_LINES.encode(new Push('call', '{"method":"m"}', undefined, 'c-1'))).toString();
    expect(line).toBe('{"jsonrpc":"2.0","id":"c-1","method":"call","params":{"method":"m"}}\n');
  });
});
