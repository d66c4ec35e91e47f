import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultProxy } from './fault-proxy.js';
import { Conditions } from './until.js';

/** One end of a connection that keeps what it reads. */
class End {
  readonly chunks: Buffer[] = [];
  readonly #conditions = new Conditions();
  ended = false;
  error: NodeJS.ErrnoException | undefined;
  closed = false;

  constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      this.chunks.push(bytes);
      this.#conditions.changed();
    });
    socket.on('end', () => {
      this.ended = true;
      this.#conditions.changed();
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('close', () => {
      this.closed = true;
      this.#conditions.changed();
    });
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  until(what: string, condition: () => boolean): Promise<true> {
    return this.#conditions.until(() => `${what}; read so far: ${JSON.stringify(this.text.slice(0, 200))}`, condition, 5_000);
  }
}

describe('the fault proxy', () => {
  let listener: Server;
  let proxy: FaultProxy;
  const sockets: Socket[] = [];

  async function pair(): Promise<{ client: End; server: End }> {
    const arrives = once(listener, 'connection') as Promise<[Socket]>;
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    await once(client, 'connect');
    const [server] = await arrives;
    sockets.push(client, server);
    return { client: new End(client), server: new End(server) };
  }

  beforeEach(async () => {
    listener = createServer({ allowHalfOpen: true });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    proxy = await FaultProxy.start({ port: (listener.address() as AddressInfo).port, chance: () => 0.5 });
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await proxy.close();
    listener.close();
  });

  it('passes bytes on as they are, both ways, when nothing is wrong', async () => {
    const { client, server } = await pair();
    client.socket.write('there');
    await server.until('there', () => server.text === 'there');
    server.socket.write('and back');
    await client.until('and back', () => client.text === 'and back');
    expect(proxy.open).toBe(1);
  });

  it('delays one direction and leaves the other quick', async () => {
    const { client, server } = await pair();
    proxy.harm({ delayMs: 150, jitterMs: 100 }, 'down');
    const startedAt = performance.now();
    client.socket.write('up');
    await server.until('up', () => server.text === 'up');
    const upMs = performance.now() - startedAt;
    server.socket.write('down');
    await client.until('down', () => client.text === 'down');
    const downMs = performance.now() - startedAt - upMs;
    expect(downMs).toBeGreaterThanOrEqual(195);
    expect(upMs).toBeLessThan(downMs);
  });

  it('keeps the order under jitter', async () => {
    await proxy.close();
    const chances = [0.9, 0.1, 0.8, 0, 0.5];
    proxy = await FaultProxy.start({ port: (listener.address() as AddressInfo).port, chance: () => chances.shift() ?? 0 });
    proxy.harm({ jitterMs: 100 });
    const { client, server } = await pair();
    for (const word of ['a', 'b', 'c', 'd', 'e']) {
      client.socket.write(word);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await server.until('all five', () => server.text.length === 5);
    expect(server.text).toBe('abcde');
  });

  it('slices into single bytes', async () => {
    const { client, server } = await pair();
    proxy.harm({ sliceBytes: 1, bytesPerSecond: 400 }, 'up');
    client.socket.write('one by one');
    await server.until('one by one', () => server.text === 'one by one');
    expect(server.chunks.map((chunk) => chunk.length)).toEqual(Array.from('one by one', () => 1));
  });

  it('merges what comes within a time into one piece', async () => {
    const { client, server } = await pair();
    proxy.harm({ mergeMs: 200 }, 'up');
    for (const word of ['one ', 'two ', 'three']) {
      client.socket.write(word);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await server.until('all three', () => server.text === 'one two three');
    expect(server.chunks).toHaveLength(1);
  });

  it('holds one direction silent until it is lifted, and then loses nothing', async () => {
    const { client, server } = await pair();
    proxy.harm({ silence: 'held' }, 'up');
    client.socket.write('held');
    server.socket.write('still open');
    await client.until('still open', () => client.text === 'still open');
    expect(server.text).toBe('');
    proxy.heal();
    await server.until('held', () => server.text === 'held');
  });

  it('swallows bytes, and resets the connection that lost some when it is lifted', async () => {
    const { client, server } = await pair();
    proxy.harm({ silence: 'lost' }, 'up');
    client.socket.write('gone');
    server.socket.write('other way');
    await client.until('other way', () => client.text === 'other way');
    client.socket.write('gone too');
    await proxy.until('all is lost', ({ lostBytes }) => lostBytes === 12);
    expect(server.closed).toBe(false);
    proxy.heal();
    await server.until('the reset', () => server.closed);
    expect(server.text).toBe('');
  });

  it('narrows the bandwidth', async () => {
    const { client, server } = await pair();
    proxy.harm({ bytesPerSecond: 20_000 }, 'up');
    const startedAt = performance.now();
    client.socket.write(Buffer.alloc(8_000, 'x'));
    await server.until('8,000 bytes', () => server.text.length === 8_000);
    expect(performance.now() - startedAt).toBeGreaterThan(250);
  });

  it('lets a slow reader be felt by the writer', async () => {
    const { client } = await pair();
    proxy.harm({ silence: 'held' }, 'up');
    let taken = 0;
    while (client.socket.write(Buffer.alloc(64 * 1024)) && taken < 1000) taken++;
    await new Promise((resolve) => setTimeout(resolve, 50));
    while (client.socket.write(Buffer.alloc(64 * 1024)) && taken < 1000) taken++;
    expect(client.socket.writableNeedDrain).toBe(true);
    expect(taken).toBeLessThan(1000);
  });

  it('resets connections', async () => {
    const { client, server } = await pair();
    proxy.reset();
    await client.until('its end', () => client.closed);
    await server.until('its end', () => server.closed);
    expect(client.error?.code).toBe('ECONNRESET');
    expect(server.error?.code).toBe('ECONNRESET');
    await proxy.until('no connection is left', ({ open }) => open === 0);
  });

  it('half-closes: one direction ends, the other goes on', async () => {
    const { client, server } = await pair();
    proxy.halfClose('up');
    await server.until('the end', () => server.ended);
    server.socket.write('can you hear me');
    await client.until('the words', () => client.text === 'can you hear me');
    expect(client.ended).toBe(false);
  });

  it('passes a clean end on as a clean end', async () => {
    const { client, server } = await pair();
    client.socket.end('last words');
    await server.until('the end', () => server.ended);
    expect(server.text).toBe('last words');
    server.socket.end('goodbye');
    await client.until('the end', () => client.closed);
    expect(client.text).toBe('goodbye');
    expect(client.error).toBeUndefined();
    await proxy.until('no connection is left', ({ open }) => open === 0);
  });

  it('refuses new connections and keeps the open ones', async () => {
    const { client, server } = await pair();
    proxy.refuse();
    const late = new End(connect({ port: proxy.port, host: '127.0.0.1' }));
    sockets.push(late.socket);
    await late.until('its end', () => late.closed);
    client.socket.write('still here');
    await server.until('still here', () => server.text === 'still here');
    proxy.heal();
    await pair();
  });
});
