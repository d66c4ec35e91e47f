import { once } from 'node:events';
import { request } from 'node:http';
import type { Session } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { Program } from './testing/program.js';
import { SmallBus } from './testing/small-bus.js';

let bus: SmallBus;
const programs: Program[] = [];
const webSockets: WebSocket[] = [];

beforeEach(async () => {
  bus = await SmallBus.start();
});

afterEach(async () => {
  for (const program of programs.splice(0)) program.close();
  for (const webSocket of webSockets.splice(0)) webSocket.terminate();
  await bus.close();
});

function start(options: ConstructorParameters<typeof Program>[2], namespace = '/tenants/demo'): Program {
  const program = new Program(bus.url, namespace, options);
  programs.push(program);
  return program;
}

async function begun(options: ConstructorParameters<typeof Program>[2], namespace?: string): Promise<Program> {
  const program = start(options, namespace);
  await program.until('ready', () => program.ready !== undefined);
  return program;
}

describe.each([{ transports: ['websocket'] }, { transports: ['polling'] }])('over $transports', ({ transports }) => {
  it('tells ready first, then what waited, then what is pushed, in order', async () => {
    await bus.send('ivanov', '1');
    await bus.send('ivanov', '{"long":12345678901234567890}');
    const program = start({ transports, auth: { token: 'ivanov', window: 100 } });
    await program.until('what waited', () => program.data.length === 2);
    for (let at = 0; at < 50; at++) await bus.send('ivanov', String(at));
    await program.until('all', () => program.data.length === 52);
    expect(program.events[0]).toMatchObject({ name: 'ready', params: { client: 'ivanov@demo.hq', missed: 2, limits: { window: 100 }, pingInterval: 25 } });
    expect(program.data).toEqual([1, { long: 12345678901234567000 }, ...Array.from({ length: 50 }, (_, at) => at)]);
    expect(program.transport).toBe(transports[0]);
  });

  it('is listed as a session of Socket.IO', async () => {
    const program = await begun({ transports, auth: { token: 'ivanov', app: 'a spec', device: 'desk' } });
    expect(program.ready).toMatchObject({ session: 'session-1', installation: 'hq' });
    expect(bus.edge.delivery.sessionCount).toBe(1);
    program.close();
    await program.until('the end', () => program.disconnects.length === 1);
  });

  it('answers methods by their callback, and takes them without one', async () => {
    const program = await begun({ transports, auth: { token: 'ivanov' } });
    const sent = await program.call('send', { to: 'ivanov', type: 'note', data: { a: 'Б' } });
    expect(sent.result).toMatchObject({ to: [{ address: 'ivanov@demo.hq', state: 'queued', sessions: 1, known: true }] });
    await program.until('the message', () => program.data.length === 1);
    expect(await program.call('ack', { position: program.named('message')[0]?.position })).toEqual({ result: {} });
    expect((await program.call('ping')).result).toMatchObject({ serverTime: expect.any(String) });
    program.socket.emit('send', { to: 'ivanov', type: 'note', data: 'no callback' });
    await program.until('the second', () => program.data.length === 2);
    const next = await begun({ transports, auth: { token: 'ivanov' } });
    expect(next.ready?.missed).toBe(1);
  });

  it('refuses calls in the words of the problem table, and the session stays', async () => {
    const program = await begun({ transports, auth: { token: 'ivanov' } });
    expect((await program.call('no.such.method', {})).error).toMatchObject({ code: -32601, data: { type: 'method-unknown' } });
    expect((await program.call('send', { to: 'ivanov', type: 'a type' })).error?.data).toMatchObject({ type: 'message-invalid', errors: [{ path: 'type' }] });
    expect((await program.call('send', 'text')).error?.data).toMatchObject({ type: 'request-invalid' });
    expect((await program.call('send', [1])).error?.data).toMatchObject({ type: 'request-invalid' });
    expect((await program.call('send', {}, {})).error?.data).toMatchObject({ type: 'request-invalid' });
    expect((await program.call('error', {})).error?.data).toMatchObject({ type: 'method-unknown' });
    const forged = JSON.parse('{"to":"ivanov","type":"note","__proto__":{"durable":false}}') as object;
    expect((await program.call('send', forged)).error?.data).toMatchObject({ type: 'message-invalid' });
    expect((await program.call('ping', {})).result).toBeDefined();
    expect(bus.errors).toEqual([]);
  });

  it('takes binary data, and hands it over as it is, in order with other messages', async () => {
    const program = await begun({ transports, auth: { token: 'ivanov' } });
    const bytes = Buffer.from([0, 1, 2, 250, 251, 252]);
    await program.call('send', { to: 'ivanov', type: 'note', data: 'before' });
    const sent = await program.call('send', { to: 'ivanov', type: 'note', data: bytes });
    expect(sent.error).toBeUndefined();
    await program.call('send', { to: 'ivanov', type: 'note', data: bytes, contentType: 'image/png' });
    await bus.send('ivanov', `"${Buffer.alloc(70_000, 7).toString('base64')}"`, { contentType: 'image/jpeg' });
    await program.call('send', { to: 'ivanov', type: 'note', data: 'after' });
    await program.until('all', () => program.data.length === 5);
    const [before, plain, picture, large, after] = program.named('message');
    expect([before?.data, after?.data]).toEqual(['before', 'after']);
    expect(Buffer.from(plain?.data as Buffer)).toEqual(bytes);
    expect(plain?.contentType).toBe('application/octet-stream');
    expect(picture?.contentType).toBe('image/png');
    expect(Buffer.from(large?.data as Buffer)).toEqual(Buffer.alloc(70_000, 7));
    expect((await program.call('send', { to: 'ivanov', type: 'note', data: { deep: bytes } })).error?.data).toMatchObject({
      type: 'message-invalid',
      errors: [{ path: 'data' }],
    });
  });

  it.each([
    ['a bad token', { token: 'NO' }, 'unauthenticated', 401],
    ['no token', {}, 'unauthenticated', 401],
    ['a wrong parameter', { token: 'ivanov', window: 0 }, 'request-invalid', 400],
    ['a position that nobody gave out', { token: 'ivanov', position: 'nonsense' }, 'position-invalid', 400],
  ])('refuses %s by connect_error with the problem', async (_what, auth, slug, status) => {
    const program = start({ transports, auth });
    await program.until('the refusal', () => program.refusal !== undefined);
    expect(program.refusal?.data).toMatchObject({ type: `urn:vestnik:problem:${slug}`, status, title: expect.any(String), retryable: false });
    expect(program.events).toEqual([]);
    expect(bus.edge.delivery.sessionCount).toBe(0);
  });

  it('refuses namespaces that are nobody’s', async () => {
    for (const namespace of ['/admin', '/', '/tenants/nowhere', '/tenants/demo/more']) {
      const program = start({ transports, auth: { token: 'ivanov' } }, namespace);
      await program.until(`the refusal of ${namespace}`, () => program.refusal !== undefined);
      expect(program.refusal?.data).toMatchObject({ type: expect.stringMatching(/not-found|unauthenticated/) });
    }
  });

  it('takes credentials from the Authorization header', async () => {
    const program = await begun({ transports, extraHeaders: { authorization: 'Bearer ivanov' } });
    expect(program.ready?.client).toBe('ivanov@demo.hq');
  });

  it('refuses pages of a foreign origin, and lets those of the tenant’s in', async () => {
    await bus.tenant('shop', { origins: ['https://shop.example'] });
    const own = await begun({ transports, auth: { token: 'ivanov' }, extraHeaders: { origin: 'https://shop.example' } }, '/tenants/shop');
    expect(own.ready).toBeDefined();
    const other = start({ transports, auth: { token: 'ivanov' }, extraHeaders: { origin: 'https://shop.example' } });
    await other.until('the refusal', () => other.refusal !== undefined);
    expect(other.refusal?.data).toMatchObject({ type: 'urn:vestnik:problem:origin-refused' });
    const foreign = start({ transports, auth: { token: 'ivanov' }, extraHeaders: { origin: 'https://evil.example' }, reconnection: false });
    await foreign.until('the refusal', () => foreign.refusal !== undefined);
    expect(foreign.refusal?.data).toBeUndefined();
    expect(bus.socketIo.connections).toBeLessThanOrEqual(2);
  });

  it('closes the transport when the client should come back, and tells why before', async () => {
    const program = await begun({ transports, auth: { token: 'ivanov' } });
    for (const session of liveSessions()) session.end(bus.edge.delivery.endBecause('closed-by-administrator'));
    await program.until('it is back', () => program.connects === 2);
    expect(program.named('notice')).toMatchObject([{ type: 'vestnik.closing', code: 4410, reason: 'closed-by-administrator', reconnect: true, after: 60 }]);
    expect(program.disconnects[0]).toBe('transport close');
  });

  it('disconnects the namespace when it should not come back, and tells why before', async () => {
    const program = await begun({ transports, auth: { token: 'ivanov', device: 'desk' } });
    const newer = await begun({ transports, auth: { token: 'ivanov', device: 'desk' } });
    await program.until('the end', () => program.disconnects.length === 1);
    expect(program.named('notice')).toMatchObject([{ type: 'vestnik.closing', code: 4409, reason: 'replaced', reconnect: false }]);
    expect(program.disconnects).toEqual(['io server disconnect']);
    expect(newer.socket.connected).toBe(true);
  });

  it('comes back by itself after a refusal that passes by itself', async () => {
    bus.refuseNext = new Problem('unavailable', 'the store cannot be reached');
    const program = await begun({ transports, auth: { token: 'ivanov' } });
    expect(program.refusal).toBeUndefined();
  });

  it('carries several namespaces on one connection, one session each', async () => {
    await bus.tenant('shop');
    const demo = await begun({ transports, auth: { token: 'ivanov' } });
    const events: string[] = [];
    const shop = demo.socket.io.socket('/tenants/shop', { auth: { token: 'petrov' } });
    const done = new Promise<void>((resolve) => {
      shop.onAny((name: string) => {
        events.push(name);
        if (events.length === 2) resolve();
      });
    });
    const ready = new Promise<void>((resolve) => shop.once('ready', () => resolve()));
    await ready;
    await bus.send('petrov', '1', { tenant: 'shop' });
    await bus.send('ivanov', '2');
    await done;
    await demo.until('its own', () => demo.data.length === 1);
    expect(events).toEqual(['ready', 'message']);
    expect(bus.socketIo.connections).toBe(1);
    expect(bus.edge.delivery.sessionCount).toBe(2);
    shop.disconnect();
    expect((await demo.call('ping')).result).toBeDefined();
  });

  it('answers what is nested too deeply with a parse error, and closes at the tenth', async () => {
    const program = await begun({ transports, auth: { token: 'ivanov' } });
    const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;
    expect((await program.call('send', { to: 'ivanov', type: 'note', data: nested(64) })).error).toBeUndefined();
    for (let time = 0; time < 9; time++) {
      const { error } = await program.call('send', { to: 'ivanov', type: 'note', data: nested(65) });
      expect(error).toMatchObject({ code: -32700, data: { type: 'request-invalid' } });
    }
    program.socket.emit('send', { to: 'ivanov', type: 'note', data: nested(65) });
    await program.until('the end', () => program.disconnects.length === 1);
    expect(program.named('notice')).toMatchObject([{ code: 4400, reason: 'request-invalid' }]);
  });

  it('holds each tenant to its own limit', async () => {
    await bus.tenant('small', { maxDataBytes: 1_000 });
    const program = await begun({ transports, auth: { token: 'ivanov' } }, '/tenants/small');
    expect((await program.call('send', { to: 'ivanov', type: 'note', data: 'x'.repeat(2_000) })).error?.data).toMatchObject({ type: 'data-too-large' });
    program.socket.emit('send', { to: 'ivanov', type: 'note', data: 'x'.repeat(100_000) });
    await program.until('the end', () => program.disconnects.length === 1);
    expect(program.named('notice')).toMatchObject([{ code: 1009, reason: 'data-too-large', reconnect: true }]);
  });

  it('tells all when the node goes down, and refuses new ones', async () => {
    const program = await begun({ transports, auth: { token: 'ivanov' } });
    bus.accepting = false;
    await bus.edge.delivery.drain();
    await program.until('the end', () => program.disconnects.length === 1);
    expect(program.named('notice').map(({ type }) => type)).toEqual(['vestnik.draining', 'vestnik.closing']);
    const late = start({ transports, auth: { token: 'ivanov' }, reconnection: false });
    await late.until('the refusal', () => late.refusal !== undefined);
    expect(late.refusal?.data).toBeUndefined();
  });
});

describe('an upgrade from polling', () => {
  it('loses and reorders nothing of what is pushed meanwhile', async () => {
    const program = start({ auth: { token: 'ivanov', window: 10_000 } });
    let sent = 0;
    // What is sent before the session is there waits in the log; what comes after is pushed live, before, during and after the upgrade.
    while (program.data.length === 0 || program.transport !== 'websocket' || sent < 500) {
      await bus.send('ivanov', String(sent++));
      await new Promise(setImmediate);
    }
    await bus.send('ivanov', String(sent++));
    await program.until('all', () => program.data.length === sent);
    expect(program.transport).toBe('websocket');
    expect(program.data).toEqual(Array.from({ length: sent }, (_, at) => at));
    expect(program.connects).toBe(1);
  });
});

describe('a hand-made client', () => {
  it('gets what was pushed before an upgrade before what is pushed right after it', async () => {
    const path = await polling();
    await ask(path, 'GET');
    const client = await open(path.replace('polling', 'websocket'));
    client.socket.send('2probe');
    await client.next(/^3probe/);
    for (const session of liveSessions()) session.notice({ type: 'vestnik.draining', after: 1 });
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    for (const session of liveSessions()) session.notice({ type: 'vestnik.draining', after: 2 });
    // Both reach the bus before it has written what it was given last.
    client.socket.send('5');
    client.socket.send('42/tenants/demo,["send",{"to":"ivanov","type":"note","data":3,"durable":false}]');
    await client.next(/"data":3/);
    const told = client.heard.flatMap((text) => /"(?:after|data)":(\d)/.exec(text)?.[1] ?? []);
    expect(told).toEqual(['1', '2', '3']);
  });

  /** A WebSocket that speaks Engine.IO by hand, with all that it was told. */
  async function open(
    path = '/socket.io/?EIO=4&transport=websocket',
  ): Promise<{ socket: WebSocket; heard: string[]; next: (text: RegExp) => Promise<string>; closed: Promise<unknown> }> {
    const socket = new WebSocket(`${bus.url.replace('http', 'ws')}${path}`);
    webSockets.push(socket);
    const heard: string[] = [];
    let told = () => {};
    socket.on('message', (data) => {
      heard.push(String(data));
      told();
    });
    const closed = once(socket, 'close');
    await once(socket, 'open');
    const next = async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const found = heard.find((text) => pattern.test(text));
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          told = resolve;
        });
      }
    };
    return { socket, heard, next, closed };
  }

  const joined = async () => {
    const client = await open();
    client.socket.send('40/tenants/demo,{"token":"ivanov"}');
    await client.next(/^42\/tenants\/demo,\["ready"/);
    return client;
  };

  it('is told ready right after it was taken, whatever is pushed meanwhile', async () => {
    const client = await open();
    let admit = () => {};
    bus.authenticating = new Promise((resolve) => {
      admit = resolve;
    });
    await bus.send('ivanov', '1');
    client.socket.send('40/tenants/demo,{"token":"ivanov"}');
    admit();
    for (let at = 0; at < 20; at++) await bus.send('ivanov', '2', { durable: false }).catch(() => undefined);
    await client.next(/"data":1/);
    const packets = client.heard.filter((text) => text.startsWith('4'));
    expect(packets[0]).toMatch(/^40\/tenants\/demo,\{"sid"/);
    expect(packets[1]).toMatch(/^42\/tenants\/demo,\["ready",\{"client":"ivanov@demo.hq"/);
  });

  it('gets messages as they were sent, byte for byte', async () => {
    const client = await joined();
    await bus.send('ivanov', '{"long":12345678901234567890, "e":1.50}');
    expect(await client.next(/"message"/)).toContain('"data":{"long":12345678901234567890, "e":1.50}');
  });

  it.each([
    ['text that is no packet', ['4nonsense']],
    ['JSON that is none', ['42/tenants/demo,["send",{]']],
    ['a binary event whose bytes never come, then text', ['451-/tenants/demo,["send",{"data":{"_placeholder":true,"num":0}}]', '42/tenants/demo,["ping"]']],
    ['bytes that nobody announced', [Buffer.from([1, 2, 3])]],
    ['a placeholder of nothing', ['451-/tenants/demo,["send",{"data":{"_placeholder":true,"num":7}}]', Buffer.from([1])]],
    ['a reserved event', ['42/tenants/demo,["disconnect"]']],
    ['an event of a namespace that it is not in', ['42/tenants/other,["ping"]']],
    ['an event for everyone', ['42["ping"]']],
    ['an engine packet that is none', ['x']],
    [
      'a deep nest in a binary event',
      [`451-/tenants/demo,["send",{"data":{"_placeholder":true,"num":0},"x":${'['.repeat(60_000)}${']'.repeat(60_000)}}]`, Buffer.from([1])],
    ],
  ])('does not hurt the bus by %s', async (_what, packets) => {
    const client = await joined();
    for (const packet of packets) client.socket.send(packet);
    await client.closed;
    const other = await begun({ transports: ['websocket'], auth: { token: 'petrov' } });
    expect((await other.call('ping')).result).toBeDefined();
    expect(bus.edge.delivery.sessionCount).toBe(1);
    expect(bus.errors).toEqual([]);
  });

  it('may name an event by a number or forge its answers, and nothing happens', async () => {
    const client = await joined();
    client.socket.send('42/tenants/demo,1[5,{}]');
    client.socket.send('43/tenants/demo,99[{"result":1}]');
    client.socket.send('42/tenants/demo,2["ping",{},"__proto__"]');
    expect(await client.next(/^43\/tenants\/demo,1\[/)).toContain('method-unknown');
    expect(await client.next(/^43\/tenants\/demo,2\[/)).toContain('request-invalid');
  });

  it('is cut off, without a session, when it asks for a namespace twice at once', async () => {
    const client = await open();
    let admit = () => {};
    bus.authenticating = new Promise((resolve) => {
      admit = resolve;
    });
    client.socket.send('40/tenants/demo,{"token":"ivanov"}');
    client.socket.send('40/tenants/demo,{"token":"ivanov"}');
    await client.closed;
    admit();
    const other = await begun({ transports: ['websocket'], auth: { token: 'petrov' } });
    expect(other.ready).toBeDefined();
    expect(bus.edge.delivery.sessionCount).toBe(1);
  });

  it('leaves no session behind when it goes while it is being let in', async () => {
    const client = await open();
    let admit = () => {};
    bus.authenticating = new Promise((resolve) => {
      admit = resolve;
    });
    client.socket.send('40/tenants/demo,{"token":"ivanov"}');
    await client.next(/^0/);
    client.socket.terminate();
    await client.closed;
    await after(() => bus.socketIo.connections === 0);
    admit();
    await bus.authenticating;
    const other = await begun({ transports: ['websocket'], auth: { token: 'petrov' } });
    expect(other.ready).toBeDefined();
    expect(bus.edge.delivery.sessionCount).toBe(1);
  });

  const LARGE = JSON.stringify('x'.repeat(100_000));

  it('is held little for while it does not read, and goes on from the log when it does', async () => {
    const client = await joined();
    client.socket.pause();
    for (let at = 0; at < 200; at++) {
      await bus.send('ivanov', LARGE);
      await new Promise(setImmediate);
    }
    expect(bus.unsentBytes).toBeGreaterThan(0);
    expect(bus.unsentBytes).toBeLessThan(620 * 1024);
    client.socket.resume();
    const ids = (): string[] => client.heard.flatMap((text) => /"message",\{"id":"([^"]+)"/.exec(text)?.[1] ?? []);
    await after(() => ids().length === 200);
    expect(ids()).toEqual([...new Set(ids())].sort());
  });

  it('is told of a namespace that took it before anything else of that namespace, even when nothing leaves', async () => {
    await bus.tenant('shop');
    const client = await joined();
    client.socket.pause();
    while (bus.unsentBytes === 0) {
      await bus.send('ivanov', LARGE);
      await new Promise(setImmediate);
    }
    client.socket.send('42/tenants/demo,1["ping"]');
    client.socket.send('40/tenants/shop,{"token":"ivanov"}');
    await after(() => bus.edge.delivery.sessionCount === 2);
    await bus.send('ivanov', '1', { tenant: 'shop' });
    client.socket.resume();
    await client.next(/^42\/tenants\/shop,\["message"/);
    const packets = client.heard.filter((text) => text.includes('/tenants/shop,')).map((text) => text.slice(0, 24));
    expect(packets).toEqual([expect.stringMatching(/^40/), expect.stringMatching(/"ready"/), expect.stringMatching(/"messag/)]);
  });

  it('is cut off when it reads nothing for too long', async () => {
    await bus.close();
    bus = await SmallBus.start({ stuckMs: 200 });
    const client = await joined();
    client.socket.pause();
    for (let at = 0; at < 200; at++) await bus.send('ivanov', LARGE);
    await after(() => bus.socketIo.connections === 0);
    expect(bus.edge.delivery.sessionCount).toBe(0);
    client.socket.resume();
    await client.closed;
  });

  it('is cut off when it asks on and on and reads no answer', async () => {
    const client = await joined();
    client.socket.pause();
    const asking = `42/tenants/demo,1["${'x'.repeat(60)}"]`;
    const enough = () => bus.socketIo.connections === 0;
    while (!enough()) {
      for (let at = 0; at < 1_000 && !enough(); at++) client.socket.send(asking);
      await new Promise(setImmediate);
    }
    expect(bus.edge.delivery.sessionCount).toBe(0);
  });

  it('that polls is held little for while it does not, and misses nothing', async () => {
    const path = await polling();
    for (let at = 0; at < 40; at++) await bus.send('ivanov', LARGE);
    expect(bus.handed).toBeGreaterThan(0);
    expect(bus.handed).toBeLessThan(8);
    const ids: string[] = [];
    while (ids.length < 40) for (const [, id] of (await ask(path, 'GET')).body.matchAll(/"message",\{"id":"([^"]+)"/g)) ids.push(id as string);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('that polls gets in one answer what one turn brought', async () => {
    const path = await polling();
    await ask(path, 'GET');
    const polled = ask(path, 'GET');
    await after(() => bus.polls === 1);
    for (const session of liveSessions()) for (let at = 0; at < 3; at++) session.notice({ type: 'vestnik.draining', after: at });
    expect((await polled).body.match(/vestnik.draining/g)).toHaveLength(3);
  });

  it('is closed when a packet is larger than may be before it has shown who it is', async () => {
    const client = await open();
    client.socket.send(`40/tenants/demo,${JSON.stringify({ token: 'ivanov', app: 'x'.repeat(20_000) })}`);
    await client.closed;
    expect(bus.edge.delivery.sessionCount).toBe(0);
  });
});

describe('requests of long-polling', () => {
  const PATH = '/socket.io/?EIO=4&transport=polling';

  it('answers pages of allowed origins as CORS has it, and others with the problem', async () => {
    const asked = await ask(PATH, 'OPTIONS', { origin: 'https://own.example', 'access-control-request-headers': 'authorization' });
    expect(asked).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': 'https://own.example', 'access-control-allow-headers': 'authorization' },
    });
    const opened = await ask(PATH, 'GET', { origin: 'https://own.example' });
    expect(opened).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': 'https://own.example', vary: 'Origin' } });
    const foreign = await ask(PATH, 'GET', { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect(JSON.parse(foreign.body)).toMatchObject({ type: 'urn:vestnik:problem:origin-refused' });
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('hold nothing up when all is closed, though nobody polls any more', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await polling();
    await bus.edge.delivery.drain();
    await bus.socketIo.close();
    expect(bus.socketIo.connections).toBe(0);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('leaves other paths to others, and answers nonsense with an error', async () => {
    expect((await ask('/socket.io/client.js', 'GET')).status).toBe(404);
    expect((await ask('/socket.iox/', 'GET')).status).toBe(404);
    expect((await ask(PATH, 'DELETE')).status).toBe(405);
    expect((await ask(`${PATH}&sid=__proto__`, 'GET')).status).toBe(400);
    expect((await ask('/socket.io/?EIO=3&transport=polling', 'GET')).status).toBe(400);
    expect((await ask('/socket.io/?EIO=4&transport=constructor', 'GET')).status).toBe(400);
    expect((await ask('/socket.io/?%E0%A4%A', 'GET')).status).toBe(400);
  });
});

/** Opens a session over polling by hand. @returns the path to poll */
async function polling(): Promise<string> {
  const path = '/socket.io/?EIO=4&transport=polling';
  const opened = await ask(path, 'GET');
  const { sid } = JSON.parse(opened.body.slice(1)) as { sid: string };
  await ask(`${path}&sid=${sid}`, 'POST', {}, '40/tenants/demo,{"token":"ivanov"}');
  await after(() => bus.edge.delivery.sessionCount === 1);
  return `${path}&sid=${sid}`;
}

function liveSessions(): Iterable<Session> {
  return (bus.edge.delivery as unknown as { live: Map<string, Session> }).live.values();
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

function ask(path: string, method: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${bus.url}${path}`, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    asked.on('error', reject).end(body);
  });
}

/** Resolves in the turn in which a condition has become true. */
async function after(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}
