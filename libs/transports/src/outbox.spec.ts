import { describe, expect, it } from 'vitest';
import { Outbox, Outboxes } from './outbox.js';

const bytes = (text: string) => Buffer.from(text);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

class Target {
  readonly writes: Uint8Array[] = [];
  write(written: Uint8Array): void {
    this.writes.push(written);
  }
  get texts(): string[] {
    return this.writes.map((written) => Buffer.from(written).toString());
  }
}

function make(outboxes: Outboxes): { outbox: Outbox; target: Target } {
  const target = new Target();
  return { outbox: new Outbox(outboxes, target), target };
}

describe('an outbox', () => {
  it('writes what came in one turn at once, in order, when the turn ends', async () => {
    const { outbox, target } = make(new Outboxes());
    for (const text of ['a', 'b', 'c']) outbox.push(bytes(text));
    expect([target.texts, outbox.bytes]).toEqual([[], 3]);
    await turn();
    expect([target.texts, outbox.bytes]).toEqual([['abc'], 0]);
    outbox.push(bytes('d'));
    await turn();
    expect(target.texts).toEqual(['abc', 'd']);
  });

  it('writes a single frame as it is, without a copy', async () => {
    const { outbox, target } = make(new Outboxes());
    const frame = bytes('a');
    outbox.push(frame);
    await turn();
    expect(target.writes[0]).toBe(frame);
  });

  it('joins frames once for all sockets that got the same in the same order', async () => {
    const outboxes = new Outboxes();
    const sockets = Array.from({ length: 3 }, () => make(outboxes));
    const frames = ['a', 'b', 'c'].map(bytes);
    for (const frame of frames) for (const { outbox } of sockets) outbox.push(frame);
    await turn();
    const [first, ...others] = sockets.map(({ target }) => target.writes[0]);
    expect(Buffer.from(first as Uint8Array).toString()).toBe('abc');
    for (const other of others) expect(other).toBe(first);
  });

  it('keeps sockets apart that got different things', async () => {
    const outboxes = new Outboxes();
    const [a, b, c] = [bytes('a'), bytes('b'), bytes('c')];
    const orders = [[a, b, c], [a, c, b], [b, a], [a, b], [a, b, b], [c], [a, c, c]];
    const sockets = orders.map((order) => {
      const socket = make(outboxes);
      for (const frame of order) socket.outbox.push(frame);
      return socket;
    });
    await turn();
    expect(sockets.map(({ target }) => target.texts.join('|'))).toEqual(orders.map((order) => order.map((frame) => frame.toString()).join('')));
  });

  it('tells equal frames of different making apart by where they are, not by what they say', async () => {
    const { outbox, target } = make(new Outboxes());
    outbox.push(bytes('a'));
    outbox.push(bytes('a'));
    await turn();
    expect(target.texts).toEqual(['aa']);
  });

  it('writes at once where it is flushed, and nothing twice', async () => {
    const { outbox, target } = make(new Outboxes());
    outbox.push(bytes('a'));
    outbox.flush();
    expect(target.texts).toEqual(['a']);
    outbox.push(bytes('b'));
    await turn();
    await turn();
    expect(target.texts).toEqual(['a', 'b']);
  });

  it('takes what is pushed while it is written in the next turn', async () => {
    const outboxes = new Outboxes();
    const target = new Target();
    const outbox: Outbox = new Outbox(outboxes, {
      write: (written) => {
        target.write(written);
        if (target.writes.length === 1) outbox.push(bytes('again'));
      },
    });
    outbox.push(bytes('a'));
    await turn();
    await turn();
    expect(target.texts).toEqual(['a', 'again']);
  });
});
