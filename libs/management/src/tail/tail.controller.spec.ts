import { ManualClock } from '@vestnik/core/memory';
import { Problem } from '@vestnik/protocol';
import { beforeEach, expect, it } from 'vitest';
import { fakePorts } from '../spec/fakes.js';
import { TailController } from './tail.controller.js';

const HALF_A_MINUTE_MS = 30_000;

/** An answer as far as the tail writes it. */
class FakeStream {
  destroyed = false;
  ended = false;
  writableLength = 0;
  text = '';
  private readonly closing: (() => void)[] = [];

  writeHead() {}
  write(text: string) {
    if (this.ended) throw new Error('written to after its end');
    this.text += text;
  }
  end() {
    this.ended = true;
    this.close();
  }
  destroy() {
    this.close();
  }
  on(_event: 'close', listener: () => void) {
    this.closing.push(listener);
  }
  close() {
    this.destroyed = true;
    for (const tell of this.closing.splice(0)) tell();
  }
}

let fakes: ReturnType<typeof fakePorts>;
let clock: ManualClock;
let watching: number;
let tails: TailController;
beforeEach(async () => {
  fakes = fakePorts();
  clock = new ManualClock();
  watching = 0;
  const observatory = {
    watch: () => {
      watching++;
      return () => void watching--;
    },
  };
  tails = new TailController(observatory as never, fakes.tenants, fakes.ports.authenticator, 'http://127.0.0.1:8378', clock);
  await fakes.administrators.create('root', 'p', 'owner');
});

/** Opens a tail as this administrator, by the cookie of a session. */
async function open(name: string, stream = new FakeStream()): Promise<FakeStream> {
  const cookie = `cookie-of-${name}`;
  const administrator = await fakes.ports.authenticator.administrator({ cookie });
  const request = { method: 'GET', url: '/v1/tail', headers: { cookie: `vestnik=${cookie}` }, ip: '127.0.0.1', params: {} };
  tails.tail({ kind: 'administrator', administrator, address: '127.0.0.1' }, {}, request, { hijack: () => {}, raw: stream, getHeaders: () => ({}) });
  return stream;
}

async function signedIn(name: string, tenants?: readonly string[]): Promise<void> {
  await fakes.administrators.create(name, 'p', 'viewer', tenants);
  await fakes.administrators.signIn(name, 'p');
}

it('goes on as long as the session counts', async () => {
  await signedIn('petrov');
  const stream = await open('petrov');
  await clock.run(10 * HALF_A_MINUTE_MS);
  expect([stream.ended, watching]).toEqual([false, 1]);
});

it('ends within half a minute after the account or the session is gone', async () => {
  await signedIn('petrov');
  const stream = await open('petrov');
  await fakes.administrators.delete('petrov');
  await clock.run(HALF_A_MINUTE_MS);
  expect([stream.ended, watching]).toEqual([true, 0]);
});

it('ends when other tenants are theirs than when it began', async () => {
  await signedIn('petrov', ['demo', 'other']);
  const stream = await open('petrov');
  await fakes.administrators.update('petrov', { tenants: ['demo'] });
  await clock.run(HALF_A_MINUTE_MS);
  expect([stream.ended, watching]).toEqual([true, 0]);
});

it('goes on while it cannot be asked whether the session counts', async () => {
  await signedIn('petrov');
  const stream = await open('petrov');
  fakes.ports.authenticator.administrator = async () => {
    throw new Problem('unavailable', 'the database is away');
  };
  await clock.run(HALF_A_MINUTE_MS);
  expect([stream.ended, watching]).toEqual([false, 1]);
});

it('cuts off whoever does not read, once it may watch no more', async () => {
  await signedIn('petrov');
  const stream = await open('petrov');
  stream.writableLength = 1;
  await fakes.administrators.delete('petrov');
  await clock.run(HALF_A_MINUTE_MS);
  expect([stream.destroyed, watching]).toEqual([true, 0]);
});

it('watches for nobody who has gone before it began', async () => {
  await signedIn('petrov');
  for (let nth = 0; nth < 100; nth++) {
    const gone = new FakeStream();
    gone.close();
    await open('petrov', gone);
  }
  expect(watching).toBe(0);
  await open('petrov');
  expect(watching).toBe(1);
});

it('leaves room for others, and makes room again', async () => {
  await signedIn('petrov');
  await signedIn('sidorov');
  const streams = await Promise.all(Array.from({ length: 10 }, () => open('petrov')));
  await expect(open('petrov')).rejects.toMatchObject({ slug: 'too-many-connections' });
  await open('sidorov');
  streams[0]?.close();
  await open('petrov');
});
