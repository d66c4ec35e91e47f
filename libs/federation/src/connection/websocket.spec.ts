import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '@vestnik/core/memory';
import { FaultProxy } from '@vestnik/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Heard, LinkStand } from '../spec/link-stand.js';
import { TestInstallation } from '../spec/test-installation.js';
import { WIRE } from '../wire/wire-limits.js';
import { Newcomers } from './newcomers.js';
import { CONNECT_PATH, dialWebSocket, NotOpened, WebSocketAcceptor } from './websocket.js';

let clock: ManualClock;
let anna: TestInstallation;
let boris: TestInstallation;
let stand: LinkStand;
let newcomers: Newcomers;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  clock = new ManualClock();
  anna = new TestInstallation('anna', clock);
  boris = new TestInstallation('boris', clock);
  anna.link(boris);
  newcomers = new Newcomers({ all: 3, perAddress: 2 });
  stand = await LinkStand.start('/behind/proxy', ({ accepted }) => {
    const acceptor = new WebSocketAcceptor({ introduction: boris.introduction, accepted, addressOf: (request) => request.socket.remoteAddress, newcomers });
    return { upgrade: acceptor.upgrade };
  });
  closing.push(() => stand.close());
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const dial = (url = stand.url) => dialWebSocket(url, boris.id, anna.introduction);

async function pair(url?: string) {
  const ours = await dial(url);
  return { ours, theirs: await stand.next() };
}

/** A client that says what it likes. */
async function raw(path = `/behind/proxy${CONNECT_PATH}`): Promise<WebSocket> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${stand.port}${path}`);
  webSocket.on('error', () => undefined);
  closing.push(() => webSocket.terminate());
  await once(webSocket, 'open');
  return webSocket;
}

/** An installation that does not behave. */
async function hostile(behave: (webSocket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (webSocket) => {
    webSocket.on('error', () => undefined);
    behave(webSocket);
  });
  await once(server, 'listening');
  closing.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

describe('a link over a WebSocket', () => {
  it('carries packets both ways, below the path that an installation has behind a proxy', async () => {
    const { ours, theirs } = await pair();
    expect(ours).toMatchObject({ peer: boris.id, dialledBy: 'us', transport: 'websocket', version: 1, address: undefined });
    expect(theirs).toMatchObject({ peer: anna.id, dialledBy: 'them', transport: 'websocket', version: 1, address: '127.0.0.1' });
    const [here, there] = [new Heard(ours), new Heard(theirs)];
    ours.send({ frame: { t: 'ping', at: 1.5 } });
    expect((await there.until(1)).map(({ frame }) => frame)).toEqual([{ t: 'ping', at: 1.5 }]);
    const body = Buffer.alloc(WIRE.bodyBytes, 'x');
    theirs.send({ frame: { t: 'ask', from: boris.id, to: anna.id, method: 'call', at: 1, until: 2 }, body });
    const [asked] = await here.until(1);
    expect(Buffer.compare(asked?.body ?? Buffer.of(), body)).toBe(0);
  });

  it('loses nothing that comes before somebody listens, and keeps its order', async () => {
    const { ours, theirs } = await pair();
    for (let at = 0; at < 500; at++) theirs.send({ frame: { t: 'ping', at } });
    theirs.close('draining');
    await turn();
    const heard = new Heard(ours);
    const packets = await heard.until(501);
    expect(packets.map(({ frame }) => (frame.t === 'ping' ? frame.at : frame.t))).toEqual([...Array.from({ length: 500 }, (_, at) => at), 'bye']);
    expect(await heard.closed).toBe('the other side closed: draining');
  });

  it('says why it closes, to both', async () => {
    const { ours, theirs } = await pair();
    const [here, there] = [new Heard(ours), new Heard(theirs)];
    ours.close('taken-over', 'another node has it');
    ours.send({ frame: { t: 'ping', at: 1 } });
    expect(await there.closed).toBe('the other side closed: taken-over, another node has it');
    expect(await here.closed).toBe('closed here: taken-over, another node has it');
    expect(there.packets.map(({ frame }) => frame.t)).toEqual(['bye']);
    // Also whoever asks late is told, once.
    expect(await new Promise((resolve) => ours.onClose(resolve))).toContain('taken-over');
  });

  it.each<[string, (webSocket: WebSocket) => void, string]>([
    ['garbage', (webSocket) => webSocket.send(Buffer.from('garbage')), 'closed here: protocol, what came is no frame'],
    ['a second hello', (webSocket) => webSocket.send(helloAgain()), 'closed here: protocol, hello after the handshake'],
    ['text', (webSocket) => webSocket.send('{"t":"ping","at":1}\n\n'), 'a text frame came, where all are binary'],
    ['a packet that is too large', (webSocket) => webSocket.send(Buffer.alloc(WIRE.packetBytes + 1)), 'Max payload size exceeded'],
  ])('closes on %s', async (_what, misbehave, reason) => {
    const { ours, theirs } = await pair();
    const there = new Heard(theirs);
    const here = new Heard(ours);
    misbehave(insideOf(ours));
    expect(await there.closed).toBe(reason);
    await here.closed;
  });

  it('refuses who is not linked, and says why in the log alone', async () => {
    boris.neighbours.clear();
    await expect(dial()).rejects.toMatchObject({ name: 'NotGreeted', reason: 'refused', byPeer: true, message: expect.stringContaining('pair anew') });
    await until(() => newcomers.size === 0);
    expect(boris.logged).toEqual([expect.stringContaining('there is no link with this installation')]);
    expect(stand.connections).toEqual([]);
  });

  it('keeps a newer list of keys before it hands the connection over, and loses nothing meanwhile', async () => {
    anna.rotate();
    let kept = (): void => undefined;
    boris.keep = () => new Promise((resolve) => (kept = resolve));
    const ours = await dial();
    ours.send({ frame: { t: 'ping', at: 1 } });
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(stand.connections).toEqual([]);
    kept();
    const there = new Heard(await stand.next());
    expect(boris.learned).toEqual([[anna.id, anna.listText]]);
    expect((await there.until(1))[0]?.frame).toEqual({ t: 'ping', at: 1 });
  });

  it('lets nobody in whose keys could not be kept', async () => {
    anna.rotate();
    boris.keep = () => Promise.reject(new Error('the store is down'));
    const heard = new Heard(await dial());
    expect(await heard.closed).toBe('the other side closed: draining, try again');
    expect(stand.connections).toEqual([]);
  });

  it('is not there where there are no links', async () => {
    const none = await LinkStand.start('', ({ accepted }) => ({
      upgrade: new WebSocketAcceptor({ introduction: { ...boris.introduction, own: () => undefined }, accepted, addressOf: () => undefined }).upgrade,
    }));
    closing.push(() => none.close());
    await expect(dial(none.url)).rejects.toMatchObject({ name: 'NotOpened', status: 404 });
  });

  it('tells a refused upgrade from nobody there', async () => {
    await expect(dial(`http://127.0.0.1:${stand.port}`)).rejects.toMatchObject({ name: 'NotOpened', status: 404 });
    const { port } = stand;
    await stand.close();
    await expect(dial(`http://127.0.0.1:${port}`)).rejects.toSatisfy((error: NotOpened) => error.status === undefined);
  });

  describe('before the other side has proved itself', () => {
    it('takes only few connections, fewer from one address, and has room again when they end', async () => {
      const [one] = [await raw(), await raw()];
      await expect(dial()).rejects.toMatchObject({ name: 'NotOpened', status: 429 });
      one.close();
      await until(() => newcomers.size === 1);
      const { ours } = await pair();
      expect(ours.peer).toBe(boris.id);
      // Who is known counts no more.
      expect(newcomers.size).toBe(1);
    });

    it('ends a handshake that takes longer than 10 s', async () => {
      const webSocket = await raw();
      await until(() => newcomers.size === 1);
      clock.advance(9_999);
      expect(webSocket.readyState).toBe(WebSocket.OPEN);
      clock.advance(1);
      await once(webSocket, 'close');
      await until(() => newcomers.size === 0);
    });

    it('takes no large packet', async () => {
      const webSocket = await raw();
      webSocket.send(Buffer.alloc(WIRE.greetingBytes + 1));
      const [code] = await once(webSocket, 'close');
      expect(code).toBe(1009);
    });

    it('says goodbye to what is no frame', async () => {
      const webSocket = await raw();
      webSocket.send(Buffer.from('GET / HTTP/1.1'));
      const [data] = await once(webSocket, 'message');
      expect(String(data)).toContain('"reason":"protocol"');
      await once(webSocket, 'close');
    });
  });

  describe('with an acceptor that means harm', () => {
    it('gives up a handshake without end', async () => {
      let opened = (): void => undefined;
      const open = new Promise<void>((resolve) => (opened = resolve));
      const failure = expect(hostile(() => opened()).then((url) => dial(url))).rejects.toThrow('longer than 10 s');
      await open;
      await untilAdvanced(failure);
    });

    it('is not flooded', async () => {
      const url = await hostile((webSocket) => webSocket.send(Buffer.alloc(WIRE.greetingBytes + 1)));
      await expect(dial(url)).rejects.toThrow('Max payload size exceeded');
    });

    it('is not confused by garbage', async () => {
      const url = await hostile((webSocket) => webSocket.send(Buffer.from('\u0000\u0001')));
      await expect(dial(url)).rejects.toMatchObject({ reason: 'protocol' });
    });
  });

  it('cuts off who takes nothing for 40 s', async () => {
    const { ours, theirs } = await pair();
    let reason = '';
    theirs.onClose((why) => (reason = why));
    // Nobody listens here, so nothing is read.
    expect(ours.buffered).toBe(0);
    for (let at = 0; at < 60; at++) {
      theirs.send({ frame: { t: 'ask', from: boris.id, to: anna.id, method: 'call', at, until: 2 }, body: Buffer.alloc(1024 * 1024) });
    }
    expect(theirs.buffered).toBeGreaterThan(20 * 1024 * 1024);
    for (let step = 0; step < 200 && reason === ''; step++) {
      clock.advance(5_000);
      await turn();
    }
    expect(reason).toBe('nothing was taken from the line for 40 s');
  });

  describe('through a bad line', () => {
    let proxy: FaultProxy;

    beforeEach(async () => {
      proxy = await FaultProxy.start({ port: stand.port });
      closing.push(() => proxy.close());
    });

    it('works byte by byte', async () => {
      proxy.harm({ sliceBytes: 1 });
      const { ours, theirs } = await pair(proxy.through(stand.url));
      const there = new Heard(theirs);
      for (let at = 0; at < 20; at++) ours.send({ frame: { t: 'ping', at } });
      expect((await there.until(20)).map(({ frame }) => (frame.t === 'ping' ? frame.at : -1))).toEqual(Array.from({ length: 20 }, (_, at) => at));
    });

    it('ends on both sides where it is reset', async () => {
      const { ours, theirs } = await pair(proxy.through(stand.url));
      const [here, there] = [new Heard(ours), new Heard(theirs)];
      proxy.reset();
      expect(await here.closed).toMatch(/ECONNRESET|1006/);
      expect(await there.closed).toMatch(/ECONNRESET|1006/);
    });

    it('gives up where it is silent one way', async () => {
      proxy.harm({ silence: 'lost' }, 'down');
      const refused = dial(proxy.through(stand.url));
      const failure = expect(refused).rejects.toThrow('no answer within 10 s');
      await proxy.until('an answer is lost', ({ lostBytes }) => lostBytes > 0);
      clock.advance(10_000);
      await failure;
    });
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Lets time pass until a promise has settled. */
async function untilAdvanced(promise: Promise<unknown>): Promise<void> {
  let settled = false;
  const done = () => (settled = true);
  promise.then(done, done);
  while (!settled) {
    await turn();
    clock.advance(100);
  }
}

function helloAgain(): Buffer {
  const { id, listText } = anna;
  const hello = { t: 'hello', versions: [1, 1], id, to: boris.id, nonce: Buffer.alloc(32).toString('base64url'), keys: listText };
  return Buffer.from(`${JSON.stringify(hello)}\n\n`);
}

/** The socket under a connection, to say what the connection would not. */
function insideOf(connection: object): WebSocket {
  return (connection as { carrier: { webSocket: WebSocket } }).carrier.webSocket;
}
