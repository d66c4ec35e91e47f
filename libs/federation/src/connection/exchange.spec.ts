import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '@vestnik/core/memory';
import { FaultProxy } from '@vestnik/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Heard, LinkStand } from '../spec/link-stand.js';
import { TestInstallation } from '../spec/test-installation.js';
import type { Packet } from '../wire/frames.js';
import { WIRE } from '../wire/wire-limits.js';
import { dialExchange } from './exchange.js';
import { ExchangeAcceptor } from './exchange-acceptor.js';
import { EXCHANGE_PATH, HOLD_MS, readTurn, SESSION_HEADER, TURN_BYTES_MAX, writeTurn } from './exchange-format.js';
import { Newcomers } from './newcomers.js';

let clock: ManualClock;
let anna: TestInstallation;
let boris: TestInstallation;
let stand: LinkStand;
let newcomers: Newcomers;
/** The words of connections, as they came. */
let words: Set<string>;
let posts: number;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  clock = new ManualClock();
  anna = new TestInstallation('anna', clock);
  boris = new TestInstallation('boris', clock);
  anna.link(boris);
  newcomers = new Newcomers({ all: 3, perAddress: 2 });
  words = new Set();
  posts = 0;
  stand = await LinkStand.start('/base', ({ accepted }) => {
    const acceptor = new ExchangeAcceptor({ introduction: boris.introduction, accepted, addressOf: (request) => request.socket.remoteAddress, newcomers });
    closing.push(() => acceptor.close());
    return {
      handle: (request, response) => {
        posts++;
        const word = request.headers[SESSION_HEADER];
        if (typeof word === 'string') words.add(word);
        return acceptor.handle(request, response);
      },
    };
  });
  closing.push(() => stand.close());
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function pair(url = stand.url) {
  const ours = await advancing(dialExchange(url, boris.id, anna.introduction));
  closing.push(() => ours.close('draining'));
  return { ours, theirs: await stand.next() };
}

/** Lets time pass, a little with each turn of the event loop, until a promise has settled. */
async function advancing<Value>(promise: Promise<Value>, stepMs = 2): Promise<Value> {
  let settled = false;
  const done = () => (settled = true);
  promise.then(done, done);
  while (!settled) {
    await turn();
    clock.advance(stepMs);
  }
  return promise;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

const ping = (at: number): Packet => ({ frame: { t: 'ping', at } });
const large = (at: number): Packet => ({
  frame: { t: 'ask', from: boris.id, to: anna.id, method: 'call', at, until: 2 },
  body: Buffer.alloc(WIRE.bodyBytes, 'x'),
});
const numbers = (packets: readonly Packet[]) => packets.map(({ frame }) => ('at' in frame ? frame.at : frame.t));
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

function post(body: Buffer, headers: Record<string, string> = {}): Promise<{ status: number; word?: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${stand.url}${EXCHANGE_PATH}`, { method: 'POST', headers: { 'content-length': body.length, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, word: response.headers[SESSION_HEADER] as string | undefined, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe('a link over POST', () => {
  it('carries packets both ways, in order, large ones too', async () => {
    const { ours, theirs } = await pair();
    expect(ours).toMatchObject({ peer: boris.id, dialledBy: 'us', transport: 'exchange', version: 1 });
    expect(theirs).toMatchObject({ peer: anna.id, dialledBy: 'them', transport: 'exchange', version: 1, address: '127.0.0.1' });
    const [here, there] = [new Heard(ours), new Heard(theirs)];
    for (const at of upTo(300)) {
      ours.send(ping(at));
      theirs.send(ping(at));
      if (at % 50 === 0) await turn();
    }
    theirs.send(large(300));
    theirs.send(large(301));
    ours.send(large(300));
    expect(numbers(await there.until(301))).toEqual(upTo(301));
    expect(numbers(await here.until(302))).toEqual(upTo(302));
    await until(() => ours.buffered === 0 && theirs.buffered === 0);
  });

  it('loses nothing that comes before somebody listens, and keeps no end of it', async () => {
    const { ours, theirs } = await pair();
    for (const at of upTo(20)) {
      ours.send(ping(at));
      await turn();
    }
    await until(() => ours.buffered === 0);
    expect(numbers(await new Heard(theirs).until(20))).toEqual(upTo(20));
    for (let at = 0; at < 10; at++) theirs.send(large(at));
    const closed = new Promise<string>((resolve) => ours.onClose(resolve));
    expect(await advancing(closed)).toBe('more came than is kept for who does not listen yet');
  });

  it('says at once what there is to say, and asks again when nothing was said for 20 s', async () => {
    const { ours, theirs } = await pair();
    const here = new Heard(ours);
    await turn();
    const before = posts;
    theirs.send(ping(1));
    await here.until(1);
    await until(() => posts > before);
    const then = posts;
    clock.advance(HOLD_MS);
    await until(() => posts > then);
    theirs.send(ping(2));
    expect(numbers(await here.until(2))).toEqual([1, 2]);
  });

  it('says why it closes, to both', async () => {
    for (const side of ['ours', 'theirs'] as const) {
      const both = await pair();
      const other = side === 'ours' ? 'theirs' : 'ours';
      const heard = { ours: new Heard(both.ours), theirs: new Heard(both.theirs) };
      both[side].send(ping(1));
      both[side].close('removed', 'by its administrator');
      expect(await advancing(heard[other].closed)).toBe('the other side closed: removed, by its administrator');
      expect(heard[other].packets.map(({ frame }) => frame.t)).toEqual(['ping', 'bye']);
      expect(await advancing(heard[side].closed)).toBe('closed here: removed, by its administrator');
    }
  });

  it('ends after 40 s of nothing', async () => {
    const proxy = await FaultProxy.start({ port: stand.port });
    closing.push(() => proxy.close());
    const { ours, theirs } = await pair(proxy.through(stand.url));
    const heard = [new Heard(ours), new Heard(theirs)];
    proxy.harm({ silence: 'lost' }, 'both');
    ours.send(ping(1));
    theirs.send(ping(1));
    const reasons = await advancing(Promise.all(heard.map(({ closed }) => closed)), 50);
    for (const reason of reasons) expect(reason).toMatch(/^nothing (came|was taken from the line) for 40 s$/);
  });

  it('refuses who is not linked', async () => {
    boris.neighbours.clear();
    await expect(advancing(dialExchange(stand.url, boris.id, anna.introduction))).rejects.toMatchObject({ reason: 'refused', byPeer: true });
    await until(() => newcomers.size === 0);
    expect(boris.logged).toHaveLength(1);
  });

  it('is not there where there are no links', async () => {
    const none = await LinkStand.start('', ({ accepted }) => ({
      handle: new ExchangeAcceptor({ introduction: { ...boris.introduction, own: () => undefined }, accepted, addressOf: () => undefined }).handle,
    }));
    closing.push(() => none.close());
    await expect(dialExchange(none.url, boris.id, anna.introduction)).rejects.toThrow('HTTP 404');
  });

  describe('before the other side has proved itself', () => {
    const greeting = () => writeTurn({ note: { first: 1, have: 0 }, packets: [Buffer.from('{"t":"hello"}')] });

    it('takes only few connections and small bodies, and ends after 10 s', async () => {
      expect((await post(Buffer.alloc(WIRE.greetingBytes * 2))).status).toBe(413);
      expect((await post(Buffer.from('garbage'))).status).toBe(400);
      expect(newcomers.size).toBe(0);
      // A bad word is answered by a goodbye, and the connection ends with it.
      const { status, body } = await post(greeting());
      expect([status, readTurn(body)?.note.end]).toEqual([200, true]);
      await until(() => newcomers.size === 0);
      // A body that never ends holds its place, like a socket that says nothing.
      const slow = [0, 1].map(() => {
        const request = httpRequest(`${stand.url}${EXCHANGE_PATH}`, { method: 'POST', headers: { 'content-length': 100 } });
        request.on('error', () => undefined);
        request.write('{');
        closing.push(() => request.destroy());
        return request;
      });
      await until(() => newcomers.size === 2);
      expect((await post(greeting())).status).toBe(429);
      for (const request of slow) request.destroy();
      await until(() => newcomers.size === 0);
      expect((await post(greeting())).status).toBe(200);
    });

    it('knows no words but its own', async () => {
      expect((await post(greeting(), { [SESSION_HEADER]: 'x'.repeat(43) })).status).toBe(410);
    });
  });

  describe('with an other side that means harm', () => {
    const asAnna = async () => {
      const both = await pair();
      const heard = new Heard(both.theirs);
      await until(() => words.size === 1);
      return { ...both, heard, headers: { [SESSION_HEADER]: [...words][0] as string } };
    };

    it('closes where it acknowledges what was never sent', async () => {
      const { heard, headers } = await asAnna();
      expect((await post(writeTurn({ note: { first: 1, have: 1_000 }, packets: [] }), headers)).status).toBe(400);
      expect(await heard.closed).toBe('the other side says that it has what was never sent');
    });

    it('closes where it sends what is no exchange, or more than one body holds', async () => {
      for (const [body, status] of [
        [Buffer.from('garbage\n'), 400],
        [Buffer.alloc(TURN_BYTES_MAX + 1), 413],
      ] as const) {
        words.clear();
        const { heard, headers } = await asAnna();
        expect((await post(body, headers)).status).toBe(status);
        expect(await heard.closed).toBe('what came by POST is no exchange');
      }
    });

    it('keeps no more than it must for who takes nothing', async () => {
      const { theirs, heard } = await asAnna();
      for (let at = 0; at < 40; at++) theirs.send(large(at));
      expect(await heard.closed).toBe('the other side takes less than it is sent');
    });

    it('is not flooded or confused by answers', async () => {
      let answer: Uint8Array = Buffer.alloc(TURN_BYTES_MAX + 1);
      const server = createServer((_request, response) => response.writeHead(200, { [SESSION_HEADER]: 'x'.repeat(43) }).end(answer));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      closing.push(() => server.close());
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const dial = () => advancing(dialExchange(url, boris.id, anna.introduction));
      await expect(dial()).rejects.toThrow('more was answered than one answer may hold');
      answer = Buffer.from('<html>');
      await expect(dial()).rejects.toThrow('what was answered is no exchange');
      answer = writeTurn({ note: { first: 1, have: 9 }, packets: [] });
      await expect(dial()).rejects.toThrow('has what was never sent');
      server.closeAllConnections();
      server.removeAllListeners('request');
      await expect(dial()).rejects.toThrow('longer than 10 s');
    });
  });

  /** Loses requests, loses answers and repeats POSTs. */
  async function badProxy(chance: () => number): Promise<{ url: string; count: Record<'requestLost' | 'answerLost' | 'repeated', number> }> {
    const count = { requestLost: 0, answerLost: 0, repeated: 0 };
    // The handshake is let through: a dial that fails is another dial.
    let calm = 3;
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const word = request.headers[SESSION_HEADER];
      const headers = typeof word === 'string' ? { [SESSION_HEADER]: word } : undefined;
      const forward = () => post(Buffer.concat(chunks), headers).catch(() => undefined);
      const dice = calm-- > 0 ? 0.5 : chance();
      if (dice < 0.1) {
        count.requestLost++;
        response.destroy();
        return;
      }
      if (dice < 0.2) {
        count.repeated++;
        void forward();
      }
      const answer = await forward();
      if (answer === undefined || dice > 0.9) {
        count.answerLost++;
        response.destroy();
        return;
      }
      response.writeHead(answer.status, answer.word === undefined ? {} : { [SESSION_HEADER]: answer.word }).end(answer.body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count };
  }

  it('loses and doubles nothing where requests and answers are lost, and POSTs are repeated', async () => {
    let seed = 7;
    const chance = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    const proxy = await badProxy(chance);
    const { ours, theirs } = await pair(proxy.url);
    const [here, there] = [new Heard(ours), new Heard(theirs)];
    const sending = (async () => {
      for (const at of upTo(400)) {
        ours.send(ping(at));
        theirs.send(ping(at));
        await turn();
        if (at % 4 === 0) await turn();
      }
    })();
    await advancing(Promise.all([sending, here.until(400), there.until(400)]));
    expect(numbers(here.packets)).toEqual(upTo(400));
    expect(numbers(there.packets)).toEqual(upTo(400));
    expect(Object.values(proxy.count).every((times) => times > 0)).toBe(true);
  });

  it('survives resets of the line', async () => {
    const proxy = await FaultProxy.start({ port: stand.port });
    closing.push(() => proxy.close());
    const { ours, theirs } = await pair(proxy.through(stand.url));
    const [here, there] = [new Heard(ours), new Heard(theirs)];
    const work = (async () => {
      for (const at of upTo(30)) {
        ours.send(ping(at));
        theirs.send(ping(at));
        if (at % 10 === 5) proxy.reset();
        await here.until(at + 1);
        await there.until(at + 1);
      }
    })();
    await advancing(work);
    expect([numbers(here.packets), numbers(there.packets)]).toEqual([upTo(30), upTo(30)]);
  });
});
