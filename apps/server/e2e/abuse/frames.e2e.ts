import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { RawSocketClient, type TestTenant } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

const MIB = 1024 * 1024;

describe('frames that no honest client sends', () => {
  const one = oneServer();

  /** The peer's close, whatever it was on the way. */
  const closeOf = async (tenant: TestTenant, abuse: (socket: RawSocketClient) => void) => {
    const socket = await tenant.connect('rogue');
    abuse(socket);
    return (await socket.closed()).code;
  };
  const alive = async (tenant: TestTenant) => {
    const socket = await tenant.connect('honest');
    await tenant.send({ to: 'honest', type: 'hello' });
    await socket.received(1);
    socket.terminate();
  };

  it('larger than the limit close with 1009', async () => {
    const tenant = await one.tenant({ maxDataBytes: 10_000 });
    expect(
      await closeOf(tenant, (socket) => socket.sendText(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { pad: 'x'.repeat(100_000) } }))),
    ).toBe(1009);
    const within = await tenant.connect('ivanov');
    const refused = await within.ask('send', { to: 'ivanov', type: 'hello', data: 'x'.repeat(10_000) });
    expect(refused?.error?.data.type).toBe('data-too-large');
    expect((await tenant.api('POST', '/messages', { to: 'ivanov', type: 'hello', data: 'x'.repeat(10_000) })).status).toBe(413);
    await alive(tenant);
  });

  it('of binary close with 1003', async () => {
    expect(await closeOf(await one.tenant(), ({ socket }) => socket.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}'), { binary: true }))).toBe(
      1003,
    );
  });

  it('that are not UTF-8 close with 1007', async () => {
    expect(await closeOf(await one.tenant(), ({ socket }) => socket.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false }))).toBe(1007);
  });

  it('in a hundred thousand fragments of one byte are bounded', async () => {
    const tenant = await one.tenant();
    const before = await one.server.residentBytes();
    const code = await closeOf(tenant, ({ socket }) => {
      for (let times = 0; times < 100_000 && socket.readyState === socket.OPEN; times++) socket.send('x', { fin: false }, () => {});
    });
    expect([1008, 1009, 4400]).toContain(code);
    expect((await one.server.residentBytes()) - before).toBeLessThan(64 * MIB);
    await alive(tenant);
  });

  it('of pings without end harm nobody', async () => {
    const tenant = await one.tenant();
    const rogue = await tenant.connect('rogue');
    const before = await one.server.residentBytes();
    for (let times = 0; times < 50_000 && rogue.close === undefined; times++) rogue.socket.ping('x'.repeat(100), undefined, () => {});
    await alive(tenant);
    expect((await one.server.residentBytes()) - before).toBeLessThan(64 * MIB);
    rogue.terminate();
  });

  it('of JSON nested too deeply are answered, and the session stays', async () => {
    const tenant = await one.tenant();
    const socket = await tenant.connect('rogue');
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    socket.sendText(`{"jsonrpc":"2.0","id":1,"method":"send","params":{"to":"ivanov","type":"hello","data":${deep}}}`);
    await socket.until('an answer', ({ strays }) => strays.length > 0);
    expect(socket.strays[0]?.error?.code).toBe(-32700);
    expect(await socket.call('ping', {})).toHaveProperty('serverTime');
    const overHttp = await tenant.api('POST', '/messages', `{"to":"ivanov","type":"hello","data":${deep}}`);
    expect(overHttp.status).toBe(400);
  });

  it('that cannot be read are answered nine times, and the tenth in a minute closes with 4400', async () => {
    const tenant = await one.tenant();
    const socket = await tenant.connect('rogue');
    for (let times = 0; times < 9; times++) socket.sendText('{"jsonrpc":');
    await socket.until('nine answers', ({ strays }) => strays.length === 9);
    expect(socket.strays.every(({ id, error }) => id === null && error?.code === -32700)).toBe(true);
    expect(await socket.call('ping', {})).toHaveProperty('serverTime');
    socket.sendText('no JSON');
    expect((await socket.closed()).code).toBe(4400);
  });

  it('with __proto__ and constructor poison nothing', async () => {
    const tenant = await one.tenant();
    const socket = await tenant.connect('rogue');
    const poison = '{"__proto__":{"polluted":true,"durable":false},"constructor":{"prototype":{"polluted":true}}}';
    const sent = await socket.askText('poison', `{"jsonrpc":"2.0","id":"poison","method":"send","params":{"to":"rogue","type":"hello","data":${poison}}}`);
    expect(sent?.error).toBeUndefined();
    await socket.received(1);
    const frame = socket.frames.findLast(({ direction, text }) => direction === 'in' && text.includes('"message"'));
    expect(frame?.text).toContain(poison);
    const asField = await socket.askText(
      'field',
      '{"jsonrpc":"2.0","id":"field","method":"send","params":{"to":"rogue","type":"hello","__proto__":{"durable":false}}}',
    );
    expect(asField?.error?.data.type ?? 'accepted').toBeOneOf(['message-invalid', 'accepted']);
    const methods = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''];
    for (const method of methods) expect((await socket.ask(method, {}))?.error?.code, method).toBe(-32601);
    await alive(tenant);
  });

  it('with NUL and lone surrogates pass in data and are refused in what the bus keeps', async () => {
    const tenant = await one.tenant();
    const socket = await tenant.connect('rogue');
    const odd = '"a\\u0000b \\ud800 12345678901234567890123"';
    await socket.askText(
      'odd',
      `{"jsonrpc":"2.0","id":"odd","method":"send","params":{"to":"rogue","type":"hello","data":[${odd},12345678901234567890.12345678901234567890]}}`,
    );
    await socket.received(1);
    expect(socket.frames.findLast(({ text }) => text.includes('"message"'))?.text).toContain(`[${odd},12345678901234567890.12345678901234567890]`);
    for (const field of ['key', 'collapseKey', 'correlationId']) {
      const refused = await socket.askText(
        field,
        `{"jsonrpc":"2.0","id":"${field}","method":"send","params":{"to":"rogue","type":"hello","${field}":"a\\u0000b"}}`,
      );
      expect(refused?.error?.data, field).toMatchObject({ type: 'message-invalid', errors: [{ path: field }] });
    }
    expect((await socket.askText('to', '{"jsonrpc":"2.0","id":"to","method":"send","params":{"to":"a\\u0000b","type":"hello"}}'))?.error?.data.type).toBe(
      'address-invalid',
    );
  });

  it('that are no WebSocket at all end the connection, not the process', async () => {
    const tenant = await one.tenant();
    const { pid } = one.server;
    for (const bytes of [
      '\0\0\0\0',
      'GET / HTTP/9.9\r\n\r\n',
      `GET ${tenant.path}/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ]) {
      const socket = connectTcp(one.server.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.end(bytes);
      socket.resume();
      await once(socket, 'close');
    }
    await alive(tenant);
    expect(one.server.pid).toBe(pid);
  });
});
