import { describe, expect, it } from 'vitest';
import { Acknowledger, reasonOf } from './acknowledger.js';
import type { PositionStore } from './position-store.js';
import { RpcChannel } from './rpc-channel.js';
import { VestnikError } from './vestnik-error.js';

/** A channel whose calls are noted, and answered when the test says so. */
function channelOf() {
  const calls: { id: number; method: string; params: unknown }[] = [];
  const channel = new RpcChannel(({ text }) => void calls.push(JSON.parse(text)), {
    notification: () => undefined,
    request: () => undefined,
    unreadable: () => undefined,
  });
  return {
    channel,
    calls,
    answer: (body: object = { result: {} }) => channel.receive(JSON.stringify({ jsonrpc: '2.0', id: calls.at(-1)?.id, ...body })),
  };
}

function acknowledgerOf(store?: PositionStore) {
  const failures: Error[] = [];
  return { failures, acknowledger: new Acknowledger({ acknowledge: true, store, failed: (error) => failures.push(error) }) };
}

/** Lets everything run that waits for nothing but its turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Acknowledger', () => {
  it('keeps a position before it acknowledges it, also while there is no connection', async () => {
    const order: string[] = [];
    const { acknowledger } = acknowledgerOf({ load: () => undefined, save: (position) => void order.push(`save ${position}`) });
    const { channel, calls, answer } = channelOf();
    acknowledger.handled('p1');
    await acknowledger.settled();
    expect(order).toEqual(['save p1']);
    acknowledger.attach(channel);
    await turn();
    expect(calls).toMatchObject([{ method: 'ack', params: { position: 'p1' } }]);
    answer();
    await acknowledger.settled();
    expect(order).toEqual(['save p1']);
  });

  it('acknowledges all the same when a position cannot be kept, and says so', async () => {
    const { acknowledger, failures } = acknowledgerOf({
      load: () => undefined,
      save: () => {
        throw new Error('disk full');
      },
    });
    const { channel, calls } = channelOf();
    acknowledger.attach(channel);
    acknowledger.handled('p1');
    await turn();
    expect(calls).toHaveLength(1);
    expect(failures[0]?.message).toBe('the position could not be kept: disk full');
  });

  it('asks again where the bus could not do it now, and not where it never will', async () => {
    const { acknowledger, failures } = acknowledgerOf();
    const { channel, calls, answer } = channelOf();
    acknowledger.attach(channel);
    acknowledger.handled('p1');
    await turn();
    answer({ error: { code: -32064, message: 'no', data: { type: 'storage-full', detail: 'no room', retryable: true } } });
    while (calls.length < 2) await turn();
    answer({ error: { code: -32003, message: 'no', data: { type: 'position-invalid', detail: 'whose?', retryable: false } } });
    await acknowledger.settled();
    expect(calls.map(({ method }) => method)).toEqual(['ack', 'ack']);
    expect(failures).toMatchObject([{ slug: 'position-invalid' }]);
  });

  it('acknowledges nothing past a refusal that the bus could not take yet', async () => {
    const { acknowledger } = acknowledgerOf();
    const { channel, calls, answer } = channelOf();
    acknowledger.attach(channel);
    acknowledger.refused('m1', new Error('broken'));
    acknowledger.handled('p1');
    await turn();
    answer({ error: { code: -32061, message: 'no', data: { type: 'unavailable', detail: 'later', retryable: true } } });
    while (calls.length < 2) await turn();
    answer();
    await turn();
    answer();
    await acknowledger.settled();
    expect(calls.map(({ method }) => method)).toEqual(['refuse', 'refuse', 'ack']);
  });

  it('waits no longer when the connection has gone', async () => {
    const { acknowledger } = acknowledgerOf();
    const { channel } = channelOf();
    acknowledger.attach(channel);
    acknowledger.handled('p1');
    await turn();
    channel.end(new VestnikError('disconnected', '', true));
    acknowledger.detach();
    await acknowledger.settled();
    const next = channelOf();
    acknowledger.attach(next.channel);
    await turn();
    expect(next.calls).toMatchObject([{ method: 'ack', params: { position: 'p1' } }]);
  });
});

describe('reasonOf', () => {
  it('is a text that the bus can keep', () => {
    expect(reasonOf(new Error('no\u0000such\n\torder'))).toBe('no such order');
    expect(reasonOf(new Error(`${'x'.repeat(999)}😀`))).toBe(`${'x'.repeat(999)}\ufffd`);
    expect(reasonOf(new TypeError(''))).toBe('TypeError');
  });
});
