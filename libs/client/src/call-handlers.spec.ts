import { describe, expect, it } from 'vitest';
import { CallError } from './call-handlers.js';
import { Collected, next, onABus } from './testing/on-a-bus.js';
import { kindly, Refusal } from './testing/scripted-bus.js';

const stage = onABus();

describe('answering calls', () => {
  it('gives the handler its params, who calls and until when, and null where it returns nothing', async () => {
    const client = stage.clientOf<Record<string, unknown>, { openForm: { params: { order: string }; result: undefined } }>();
    const seen = new Collected<unknown>();
    client.handle('openForm', ({ order }, { from, deadline, signal }) => {
      seen.put([order, from, deadline.toISOString(), signal.aborted]);
      return undefined;
    });
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.ask('c-1', 'openForm', { order: 'A-17' });
    expect(await visit.answered('c-1')).toEqual({ jsonrpc: '2.0', id: 'c-1', result: null });
    expect(seen.values).toEqual([['A-17', 'server@demo.local', '2026-11-22T06:22:15.123Z', false]]);
  });

  it('answers what it has no handler for, and that a handler was taken off, with -32601', async () => {
    const client = stage.clientOf();
    const off = client.handle('x', () => 1);
    expect(() => client.handle('x', () => 2)).toThrow(TypeError);
    off();
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.ask('c-1', 'x', {});
    expect((await visit.answered('c-1')).error).toMatchObject({ code: -32_601, data: { type: 'method-unknown' } });
  });

  it('tells the caller what the handler threw, a CallError as it is', async () => {
    const client = stage.clientOf();
    client.handle('plain', () => {
      throw new Error('no such order');
    });
    client.handle('own', async () => {
      throw new CallError(1404, 'no such order', { order: 'A-17' });
    });
    client.handle('unwritable', () => 1n);
    const told = next(client, 'error');
    await client.connect();
    const visit = await stage.bus.visit(1);
    for (const [at, method] of ['plain', 'own', 'unwritable'].entries()) visit.ask(`c-${at}`, method, {});
    expect((await visit.answered('c-0')).error).toEqual({ code: -32_000, message: 'no such order' });
    expect((await visit.answered('c-1')).error).toEqual({ code: 1404, message: 'no such order', data: { order: 'A-17' } });
    expect((await visit.answered('c-2')).error).toMatchObject({ code: -32_000 });
    expect((await told).message).toContain('cannot be written as JSON');
  });

  it('runs handlers side by side', async () => {
    const client = stage.clientOf();
    const finishes: (() => void)[] = [];
    client.handle('wait', () => new Promise<number>((resolve) => finishes.push(() => resolve(finishes.length))));
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.ask('c-1', 'wait', {});
    visit.ask('c-2', 'wait', {});
    await client.request('ping', {});
    expect(finishes).toHaveLength(2);
    finishes[1]?.();
    await visit.answered('c-2');
    expect(visit.frames.some((frame) => (frame as { id?: unknown }).id === 'c-1')).toBe(false);
  });

  it('aborts on cancel and answers nothing any more', async () => {
    const client = stage.clientOf();
    const aborted = new Collected<unknown>();
    client.handle('wait', async (_params, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted.put(signal.reason);
      return 'too late';
    });
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.ask('c-1', 'wait', {});
    visit.tell('cancel', { id: 'c-1' });
    visit.tell('cancel', { id: 'nobody knows' });
    await aborted.reaches(1);
    await client.request('ping', {});
    expect(visit.frames.some((frame) => (frame as { id?: unknown }).id === 'c-1')).toBe(false);
  });

  it('aborts when the connection is lost, and answers nothing over the next', async () => {
    const client = stage.clientOf();
    const aborted = new Collected<unknown>();
    client.handle('wait', async (_params, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted.put(signal.reason);
      return 'too late';
    });
    await client.connect();
    const first = await stage.bus.visit(1);
    first.ask('c-1', 'wait', {});
    await client.request('ping', {});
    const again = next(client, 'connected');
    first.cut();
    expect(await aborted.reaches(1)).toMatchObject([{ slug: 'disconnected' }]);
    await again;
    await client.request('ping', {});
    expect((await stage.bus.visit(2)).frames.some((frame) => (frame as { id?: unknown }).id === 'c-1')).toBe(false);
  });

  it('finishes what runs when it is closed, and takes no more', async () => {
    const client = stage.clientOf({ closeTimeoutMs: 5_000 });
    const started = new Collected<() => void>();
    client.handle('wait', () => new Promise<string>((resolve) => started.put(() => resolve('done'))));
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.ask('c-1', 'wait', {});
    const [finish] = await started.reaches(1);
    const closing = client.close();
    visit.ask('c-2', 'wait', {});
    expect((await visit.answered('c-2')).error).toMatchObject({ data: { type: 'draining' } });
    finish?.();
    expect(await visit.answered('c-1')).toMatchObject({ result: 'done' });
    await closing;
  });
});

describe('calling', () => {
  it('says what the protocol has, and hands back the result and who gave it', async () => {
    stage.bus.answers = (method, params) => (method === 'call' ? { result: { opened: true }, from: 'ivanov@demo.local' } : kindly(method, params));
    const client = stage.clientOf<Record<string, unknown>, { openForm: { params: { order: string }; result: { opened: boolean } } }>();
    await client.connect();
    const { result, from } = await client.call('ivanov', 'openForm', { order: 'A-17' }, { timeout: 30, answer: 'first' });
    expect([result.opened, from]).toEqual([true, 'ivanov@demo.local']);
    const visit = await stage.bus.visit(1);
    expect(visit.of('call')[0]?.params).toEqual({ to: 'ivanov', method: 'openForm', params: { order: 'A-17' }, timeout: 30, answer: 'first' });
  });

  it('hands back every answer where all were asked', async () => {
    const all = { answers: [{ from: 'ivanov/1@demo.local', result: 1 }], missing: 2 };
    stage.bus.answers = (method, params) => (method === 'call' ? all : kindly(method, params));
    const client = stage.clientOf();
    await client.connect();
    expect(await client.call('#orders', 'ask', {}, { answer: 'all' })).toEqual(all);
  });

  it.each(['client-offline', 'call-timeout', 'call-interrupted', 'call-failed'])('rejects with %s', async (slug) => {
    stage.bus.answers = (method, params) => (method === 'call' ? new Refusal(slug, 'why') : kindly(method, params));
    const client = stage.clientOf();
    await client.connect();
    await expect(client.call('ivanov', 'x')).rejects.toMatchObject({ slug, detail: 'why' });
  });

  it('is not repeated where the connection is lost, and stops waiting when its signal says so', async () => {
    stage.bus.unanswered = ['call'];
    const client = stage.clientOf();
    await expect(client.call('ivanov', 'x')).rejects.toMatchObject({ slug: 'offline' });
    await client.connect();
    const first = await stage.bus.visit(1);
    const control = new AbortController();
    const aborted = expect(client.call('ivanov', 'x', {}, { signal: control.signal })).rejects.toThrow('enough');
    control.abort(new Error('enough'));
    await aborted;
    const again = next(client, 'connected');
    const lost = expect(client.call('ivanov', 'x')).rejects.toMatchObject({ slug: 'disconnected' });
    first.cut();
    await lost;
    await again;
    await client.request('ping', {});
    expect((await stage.bus.visit(2)).of('call')).toHaveLength(0);
  });
});
