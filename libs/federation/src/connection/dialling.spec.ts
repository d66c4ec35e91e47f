import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '@vestnik/core/memory';
import { FaultProxy, freePort } from '@vestnik/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Heard, LinkStand } from '../spec/link-stand.js';
import { TestInstallation } from '../spec/test-installation.js';
import type { LinkConnection } from './connection.js';
import { Dialler, NotDialled } from './dialling.js';
import { LinkDoors } from './doors.js';

/** What stands before the acceptor does to upgrades. */
type Upgrades = 'passed' | 'refused' | 'cut';

let clock: ManualClock;
let anna: TestInstallation;
let boris: TestInstallation;
let stand: LinkStand;
let upgrades: Upgrades | number;
let tried: string[];
let dialler: Dialler;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  clock = new ManualClock();
  anna = new TestInstallation('anna', clock);
  boris = new TestInstallation('boris', clock);
  anna.link(boris);
  upgrades = 'passed';
  tried = [];
  stand = await LinkStand.start('', ({ accepted }) => {
    const options = { introduction: boris.introduction, accepted, addressOf: () => undefined };
    const doors = new LinkDoors(options);
    closing.push(() => doors.close());
    return {
      handle: doors.handle,
      upgrade: (path, request, socket, head) => {
        tried.push(path);
        if (upgrades === 'passed') return doors.upgrade(path, request, socket, head);
        if (upgrades === 'cut') socket.destroy();
        else socket.end(`HTTP/1.1 ${upgrades === 'refused' ? 400 : upgrades} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return true;
      },
    };
  });
  closing.push(() => stand.close());
  dialler = new Dialler(anna.introduction);
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function dial(url = stand.url): Promise<LinkConnection> {
  const connection = await dialler.dial(url, boris.id);
  closing.push(() => connection.close('draining'));
  return connection;
}

const transport = async (url?: string) => (await dial(url)).transport;

describe('dialling', () => {
  it('takes a WebSocket where there is one', async () => {
    expect(await transport()).toBe('websocket');
  });

  it('takes POST where upgrades are refused, for an hour', async () => {
    upgrades = 'refused';
    const connection = await dial();
    expect(connection.transport).toBe('exchange');
    const theirs = await stand.next();
    const heard = new Heard(theirs);
    connection.send({ frame: { t: 'ping', at: 7 } });
    expect((await heard.until(1))[0]?.frame).toEqual({ t: 'ping', at: 7 });

    upgrades = 'passed';
    expect(await transport()).toBe('exchange');
    expect(tried).toHaveLength(1);
    clock.advance(3_600_000);
    expect(await transport()).toBe('websocket');
  });

  it('takes POST where two WebSockets in a row are cut, not where one is', async () => {
    upgrades = 'cut';
    await expect(dial()).rejects.toBeInstanceOf(NotDialled);
    upgrades = 'passed';
    const connection = await dial();
    const heard = [new Heard(connection), new Heard(await stand.next())];
    clock.advance(5_000);
    connection.close('draining');
    await Promise.all(heard.map(({ closed }) => closed));
    // One that has lived begins a new count.
    upgrades = 'cut';
    await expect(dial()).rejects.toBeInstanceOf(NotDialled);
    expect(await transport()).toBe('exchange');
  });

  it('takes POST where connections break early after they were opened, but a goodbye breaks nothing', async () => {
    const proxy = await FaultProxy.start({ port: stand.port });
    closing.push(() => proxy.close());
    const url = proxy.through(stand.url);
    const ends = async (how: (connection: LinkConnection) => void) => {
      const connection = await dial(url);
      const heard = new Heard(connection);
      const other = new Heard(await stand.next());
      how(connection);
      await Promise.all([heard.closed, other.closed]);
      return connection.transport;
    };
    for (let at = 0; at < 3; at++) expect(await ends((connection) => connection.close('draining'))).toBe('websocket');
    for (let at = 0; at < 2; at++) expect(await ends(() => proxy.reset())).toBe('websocket');
    expect(await transport(url)).toBe('exchange');
  });

  it('does not turn to POST because a server has no room now', async () => {
    upgrades = 503;
    for (let at = 0; at < 3; at++) await expect(dial()).rejects.toThrow('takes no connections now (HTTP 503)');
    upgrades = 'passed';
    expect(await transport()).toBe('websocket');
  });

  it('turns to a WebSocket again when POST does not work either', async () => {
    const nothing = await LinkStand.start('/none', () => ({}));
    closing.push(() => nothing.close());
    await expect(dial(nothing.url)).rejects.toThrow(/neither by WebSocket \(HTTP 404 .*\) nor by POST \(.*HTTP 404.*\): check that the address/);
  });

  describe('tells the administrator', () => {
    it('that nobody listens', async () => {
      await expect(dial(`http://127.0.0.1:${await freePort()}/base`)).rejects.toThrow(
        /^http:\/\/127\.0\.0\.1:\d+\/base could not be reached: nobody listens there.*\(ECONNREFUSED\)$/,
      );
    });

    it('that no TLS is spoken there', async () => {
      await expect(dial(stand.url.replace('http:', 'https:'))).rejects.toThrow(/is the address one of http/);
    });

    it('that it was refused, and never a password', async () => {
      boris.neighbours.clear();
      await expect(dial(stand.url.replace('http://', 'http://user:secret@'))).rejects.toSatisfy(
        ({ message }: Error) => message.includes('the other side refuses the link') && !message.includes('secret'),
      );
    });

    it('that a line says nothing, without waiting for ever', async () => {
      const sockets = new Set<Socket>();
      const server = createTcpServer((socket) => void sockets.add(socket.on('error', () => undefined)));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      closing.push(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const failure = expect(dial(url)).rejects.toThrow('no answer within 10 s');
      while (sockets.size === 0) await turn();
      clock.advance(10_000);
      await failure;
    });
  });
});
