import type { ConnectResult, DeliveredMessage, SendAnswer } from '@vestnik/protocol';
import { Conditions, type TestTenant } from '@vestnik/testing';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

type Reply<Result> = { readonly result?: Result; readonly error?: { readonly code: number; readonly data: { readonly type: string } } };

/** The library as its users use it. */
class Program {
  readonly messages: DeliveredMessage[] = [];
  readonly notices: { readonly type: string }[] = [];
  ready: ConnectResult | undefined;
  refused: (Error & { data?: { type?: string } }) | undefined;
  connects = 0;
  readonly #conditions = new Conditions();

  constructor(readonly socket: Socket) {
    const changed = () => this.#conditions.changed();
    socket.on('connect', () => {
      this.connects++;
      changed();
    });
    socket.on('connect_error', (error: Error) => {
      this.refused = error;
      changed();
    });
    socket.on('ready', (result: ConnectResult) => {
      this.ready = result;
      changed();
    });
    socket.on('message', (message: DeliveredMessage) => {
      this.messages.push(message);
      changed();
    });
    socket.on('notice', (notice: { type: string }) => {
      this.notices.push(notice);
      changed();
    });
    socket.on('disconnect', changed);
  }

  until(what: string, condition: (program: this) => boolean, timeoutMs = 15_000): Promise<true> {
    return this.#conditions.until(what, () => condition(this), timeoutMs);
  }

  async call<Result>(method: string, params: unknown): Promise<Result> {
    const reply = (await this.socket.timeout(10_000).emitWithAck(method, params)) as Reply<Result>;
    if (reply.error !== undefined) throw Object.assign(new Error(reply.error.data.type), { slug: reply.error.data.type });
    return reply.result as Result;
  }
}

describe.each([{ transports: ['websocket'] }, { transports: ['polling'] }])('socket.io-client over $transports', ({ transports }) => {
  const one = oneServer();
  const programs: Program[] = [];
  afterEach(() => {
    for (const { socket } of programs.splice(0)) socket.disconnect();
  });

  const start = (tenant: TestTenant, auth: Record<string, unknown>, namespace = tenant.name): Program => {
    const program = new Program(
      io(`${tenant.node.url}/tenants/${namespace}`, { transports, auth, forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 300 }),
    );
    programs.push(program);
    return program;
  };

  it('is told ready, receives what waited and what is pushed, in order, sends, and acknowledges', async () => {
    const tenant = await one.tenant();
    await tenant.send({ to: 'ivanov', type: 'hello', data: 1 });
    const program = start(tenant, { token: await tenant.token('ivanov') });
    await program.until('ready', ({ ready }) => ready !== undefined);
    expect(program.ready).toMatchObject({ client: tenant.address('ivanov'), missed: 1 });
    await tenant.send({ to: 'ivanov', type: 'hello', data: 2 });
    await program.until('two messages', ({ messages }) => messages.length === 2);
    expect(program.messages.map(({ data }) => data)).toEqual([1, 2]);

    const answer = await program.call<SendAnswer>('send', { to: 'ivanov', type: 'note', data: { to: 'myself' } });
    expect(answer.to[0]).toMatchObject({ address: tenant.address('ivanov'), sessions: 1, known: true });
    await program.until('the third', ({ messages }) => messages.length === 3);
    expect(await program.call('ack', { position: program.messages[2]?.position })).toEqual({});

    const next = start(tenant, { token: await tenant.token('ivanov') });
    await next.until('ready', ({ ready }) => ready !== undefined);
    expect(next.ready?.missed).toBe(0);
  });

  it('is told the problem when it is refused', async () => {
    const tenant = await one.tenant();
    const program = start(tenant, { token: 'no token at all' });
    await program.until('the refusal', ({ refused }) => refused !== undefined);
    expect(program.refused?.data).toMatchObject({ type: expect.stringMatching(/unauthenticated$/) });
    expect(program.ready).toBeUndefined();
  });

  it('is refused in the same words as elsewhere when it sends nonsense', async () => {
    const tenant = await one.tenant();
    const program = start(tenant, { token: await tenant.token('ivanov') });
    await program.until('ready', ({ ready }) => ready !== undefined);
    const overHttp = await tenant.api('POST', '/messages', { to: 'ivanov', type: 'a type', data: 1 });
    const reply = (await program.socket.timeout(5_000).emitWithAck('send', { to: 'ivanov', type: 'a type', data: 1 })) as {
      error: { data: Record<string, unknown> };
    };
    expect(reply.error.data).toMatchObject({ type: 'message-invalid', detail: overHttp.body.detail, errors: overHttp.body.errors });
  });

  it('comes back by itself after the node was killed, and gets what it missed', async () => {
    const tenant = await one.tenant();
    const program = start(tenant, { token: await tenant.token('ivanov') });
    await program.until('ready', ({ ready }) => ready !== undefined);
    await one.server.restart('SIGKILL');
    await tenant.send({ to: 'ivanov', type: 'hello', data: 'after' });
    await program.until('the message', ({ messages }) => messages.length === 1);
    expect(program.connects).toBeGreaterThanOrEqual(2);
  });

  it('comes back by itself after the node was stopped in order', async () => {
    const tenant = await one.tenant();
    const program = start(tenant, { token: await tenant.token('ivanov') });
    await program.until('ready', ({ ready }) => ready !== undefined);
    await one.server.restart('SIGTERM');
    await tenant.send({ to: 'ivanov', type: 'hello', data: 'after' });
    await program.until('the message', ({ messages }) => messages.length === 1);
    expect(program.notices.map(({ type }) => type)).toContain('vestnik.closing');
  });
});
