import { once } from 'node:events';
import { OrderedSends, type Principal, type Scope, type Tenant } from '@vestnik/core';
import type { CallResult, Problem } from '@vestnik/protocol';
import { writeJson } from '@vestnik/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Program } from './testing/program.js';
import { SmallBus } from './testing/small-bus.js';

let bus: SmallBus;
const programs: Program[] = [];

beforeEach(async () => {
  bus = await SmallBus.start();
});

afterEach(async () => {
  for (const program of programs.splice(0)) program.close();
  await bus.close();
});

type Callback = (answer?: unknown) => void;

async function begun(token: string, transports: string[]): Promise<Program> {
  const program = new Program(bus.url, '/tenants/demo', { transports, auth: { token } });
  programs.push(program);
  await program.until('ready', () => program.ready !== undefined);
  return program;
}

/** Calls as a backend would, by HTTP. */
function call(params: object, signal = new AbortController().signal): Promise<unknown> {
  const principal: Principal = { kind: 'key', tenant: bus.edge.tenants.get('demo') as Tenant, client: 'server', scopes: new Set<Scope>(['call']) };
  const whole = { to: 'ivanov', method: 'm', ...params };
  const work = async () => bus.edge.calls.call({ principal, sends: new OrderedSends(), device: '', signal }, whole, JSON.stringify(whole));
  return work().then(
    (result: CallResult) => JSON.parse(writeJson(result)) as unknown,
    (problem: Problem) => ({ slug: problem.slug, ...(JSON.parse(writeJson(problem.extra)) as object) }),
  );
}

describe.each([{ transports: ['websocket'] }, { transports: ['polling'] }])('a call over $transports', ({ transports }) => {
  it('is an event with a callback that takes the result', async () => {
    const ivanov = await begun('ivanov', transports);
    ivanov.socket.on('call', ({ params }: { params: number }, reply: Callback) => reply({ result: params + 1 }));
    expect(await call({ params: 1 })).toEqual({ result: 2, from: `ivanov@demo.hq/${ivanov.ready?.session}` });
    expect(ivanov.named('call')).toEqual([{ id: expect.any(String), from: 'server@demo.hq', method: 'm', params: 1, deadline: expect.any(String) }]);
  });

  it.each([
    ['an error', { error: { code: 1, message: 'no' } }, { slug: 'call-failed', error: { code: 1, message: 'no' } }],
    ['nothing', undefined, { result: null }],
    ['no result', {}, { result: null }],
    ['null for an error', { result: 1, error: null }, { result: 1 }],
    ['something else', 'text', { slug: 'call-failed', error: { data: { type: 'request-invalid' } } }],
    ['something binary', { result: { bytes: Buffer.from([1, 2, 3]) } }, { result: { bytes: 'AQID' } }],
  ])('whose callback is given %s', async (_what, answer, outcome) => {
    const ivanov = await begun('ivanov', transports);
    ivanov.socket.on('call', (_params: unknown, reply: Callback) => (answer === undefined ? reply() : reply(answer)));
    expect(await call({})).toMatchObject(outcome);
  });

  it('by a client is a method like others, and what is binary in it is base64', async () => {
    const [ivanov, petrov] = [await begun('ivanov', transports), await begun('petrov', transports)];
    ivanov.socket.on('call', ({ params }: { params: unknown }, reply: Callback) => reply({ result: params }));
    const bytes = Buffer.from([1, 2, 3]);
    expect(await petrov.call('call', { to: 'ivanov', method: 'm', params: { bytes, list: [bytes] } })).toEqual({
      result: { result: { bytes: 'AQID', list: ['AQID'] }, from: `ivanov@demo.hq/${ivanov.ready?.session}` },
    });
    ivanov.socket.off('call');
    ivanov.socket.on('call', (_params: unknown, reply: Callback) => reply({ error: { code: 2, message: 'no' } }));
    expect((await petrov.call('call', { to: 'ivanov', method: 'm' })).error?.data).toMatchObject({ type: 'call-failed', error: { code: 2, message: 'no' } });
  });

  it('that nobody waits for any more is cancelled by its id, and a late answer goes nowhere', async () => {
    const ivanov = await begun('ivanov', transports);
    const replies: Callback[] = [];
    ivanov.socket.on('call', (_params: unknown, reply: Callback) => replies.push(reply));
    const request = new AbortController();
    const given = call({}, request.signal);
    const taken = call({ method: 'second' });
    await ivanov.until('the calls', () => ivanov.named('call').length === 2);
    request.abort();
    expect(await given).toMatchObject({ slug: 'call-interrupted' });
    await ivanov.until('the cancel', () => ivanov.named('cancel').length === 1);
    expect(ivanov.named('cancel')).toEqual([{ id: ivanov.named('call')[0]?.id }]);
    replies[0]?.({ result: 'late' });
    replies[1]?.({ result: 'in time' });
    expect(await taken).toMatchObject({ result: 'in time' });
  });

  it('keeps its place among messages', async () => {
    const ivanov = await begun('ivanov', transports);
    ivanov.socket.on('call', (_params: unknown, reply: Callback) => reply({ result: 1 }));
    await bus.send('ivanov', '1');
    await call({});
    await bus.send('ivanov', '2');
    await call({});
    await ivanov.until('all', () => ivanov.events.length === 5);
    expect(ivanov.events.map(({ name }) => name)).toEqual(['ready', 'message', 'call', 'message', 'call']);
  });

  it('to a program that is gone meanwhile is interrupted', async () => {
    const ivanov = await begun('ivanov', transports);
    const came = once(ivanov.socket as unknown as NodeJS.EventEmitter, 'call');
    const interrupted = call({});
    await came;
    ivanov.close();
    expect(await interrupted).toMatchObject({ slug: 'call-interrupted' });
  });
});
