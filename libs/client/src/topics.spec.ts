import { describe, expect, it } from 'vitest';
import { binary, bytesOf } from './binary.js';
import { topicOf } from './message-filter.js';
import { Collected, next, onABus } from './testing/on-a-bus.js';
import { kindly } from './testing/scripted-bus.js';

interface Messages {
  'order.approved': { number: number };
  photo: string;
}

const stage = onABus();

describe('handlers by type and by topic', () => {
  it('hands each message to those it is for, and acknowledges it once', async () => {
    const client = stage.clientOf<Messages>();
    const byType = new Collected<number>();
    const byTopic = new Collected<string>();
    client.onMessage('order.approved', ({ data }) => byType.put(data.number));
    client.onTopic('orders/+', ({ to }) => byTopic.put(topicOf(to) ?? ''));
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.message(1, { to: '#orders/eu@demo.local' });
    visit.message(2, { to: '#orders/eu/north@demo.local' });
    visit.message(3, { to: '#orders/us@demo.local', type: 'photo' });
    await visit.until(() => visit.of('ack').at(-1)?.params.position === 'AAAAAAp3');
    expect(byType.values).toEqual([1, 2]);
    expect(byTopic.values).toEqual(['orders/eu', 'orders/us']);
  });

  it('tells of a message that no handler is for, and goes on', async () => {
    const client = stage.clientOf<Messages>();
    const seen = new Collected<number>();
    client.onMessage('order.approved', ({ data }) => seen.put(data.number));
    const unhandled = next(client, 'unhandled');
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.message(1, { type: 'other' });
    visit.message(2);
    expect((await unhandled).type).toBe('other');
    expect(await seen.reaches(1)).toEqual([2]);
    await visit.until(() => visit.of('ack').at(-1)?.params.position === 'AAAAAAp2');
  });

  it('refuses a message where any of its handlers fails', async () => {
    const client = stage.clientOf<Messages>();
    client.onMessage('order.approved', () => undefined);
    client.onTopic('#', () => {
      throw new Error('broken');
    });
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.message(1, { to: '#orders@demo.local' });
    expect((await visit.called('refuse')).params.reason).toBe('broken');
  });

  it('drops nothing of a replay, however long it is', async () => {
    const client = stage.clientOf();
    const seen = new Collected<number>();
    await client.connect();
    const visit = await stage.bus.visit(1);
    for (let number = 1; number <= 1_500; number++) visit.message(number, { position: undefined, replay: true });
    await client.request('ping', {});
    client.onMessage(({ data }) => seen.put((data as { number: number }).number));
    expect(await seen.reaches(1_500)).toHaveLength(1_500);
    expect(visit.of('ack')).toHaveLength(0);
  });
});

describe('topics and history', () => {
  it('are asked for as the protocol has them', async () => {
    stage.bus.answers = (method, params) =>
      method === 'history' ? { messages: [], more: false } : method.endsWith('subscribe') ? { position: 'AAAAAAp9' } : kindly(method, params);
    const client = stage.clientOf();
    await client.connect();
    expect(await client.subscribe('orders/#', { from: 'first', retained: true })).toEqual({ position: 'AAAAAAp9' });
    await client.unsubscribe('orders/#');
    expect(await client.history({ with: 'petrov', limit: 10 })).toEqual({ messages: [], more: false });
    expect(stage.bus.visits[0]?.calls.slice(1).map(({ method, params }) => [method, params])).toEqual([
      ['subscribe', { topic: 'orders/#', from: 'first', retained: true }],
      ['unsubscribe', { topic: 'orders/#' }],
      ['history', { with: 'petrov', limit: 10 }],
    ]);
  });
});

describe('larger and binary data', () => {
  it('goes there and back', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 256);
    const message = binary(bytes, 'image/png');
    expect(message.contentType).toBe('image/png');
    expect(Buffer.from(message.data, 'base64').equals(bytes)).toBe(true);
    expect(bytesOf(message)).toEqual(bytes);
    expect(bytesOf({ data: 'aGVsbG8=' })).toBeUndefined();
    expect(bytesOf({ data: '***', contentType: 'image/png' })).toBeUndefined();
  });

  it('is fetched by its reference, from the bus alone', async () => {
    const client = stage.clientOf();
    await client.connect();
    const message = { id: 'm-1', data: undefined, dataRef: '/v1/tenants/demo/inbox/m-1' };
    expect(await client.whole(message)).toEqual({ id: 'm-1', data: 'whole m-1', dataRef: undefined });
    expect(await client.whole({ data: 1 })).toEqual({ data: 1 });
    await expect(client.whole({ data: undefined, dataRef: '@elsewhere.example/x' })).rejects.toMatchObject({ slug: 'unreachable' });
  });
});
