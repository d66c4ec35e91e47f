import { describe, expect, it } from 'vitest';
import type { NodeMessage } from '../ports/node-bus.js';
import { ManualClock } from './manual-clock.js';
import { type MemoryNodeBus, MemoryNodeNetwork } from './memory-node-bus.js';

const grown = (position: number): NodeMessage => ({ kind: 'grown', heads: [[1, position]] });

function heardBy(bus: MemoryNodeBus): string[] {
  const heard: string[] = [];
  bus.subscribe((message, from) => heard.push(`${from} ${message.kind === 'grown' ? message.heads[0]?.[1] : message.kind}`));
  bus.onNodeJoined((node) => heard.push(`${node} joined`));
  bus.onNodeGone((node) => heard.push(`${node} gone`));
  return heard;
}

describe('the bus between nodes in memory', () => {
  it('tells all other nodes, in the order published, and never the sender', async () => {
    const network = new MemoryNodeNetwork(new ManualClock());
    const [a, b, c] = [network.join('a'), network.join('b'), network.join('c')];
    const [byA, byB, byC] = [heardBy(a), heardBy(b), heardBy(c)];
    a.publish(grown(1));
    a.publish(grown(2));
    expect(byB).toEqual([]);
    await Promise.resolve();
    expect([byA, byB, byC]).toEqual([[], ['a 1', 'a 2'], ['a 1', 'a 2']]);
    expect([a.others(), b.others()]).toEqual([2, 2]);
  });

  it('keeps the order of what one node publishes though the first is late', async () => {
    const clock = new ManualClock();
    const network = new MemoryNodeNetwork(clock);
    const [a, heard] = [network.join('a'), heardBy(network.join('b'))];
    network.faults.delayMs = (message) => (message.kind === 'grown' && message.heads[0]?.[1] === 1 ? 100 : 0);
    a.publish(grown(1));
    a.publish(grown(2));
    await clock.run(99);
    expect(heard).toEqual([]);
    await clock.run(1);
    a.publish(grown(3));
    await clock.run(0);
    expect(heard).toEqual(['a 1', 'a 2', 'a 3']);
  });

  it('loses what it is told to lose', async () => {
    const clock = new ManualClock();
    const network = new MemoryNodeNetwork(clock);
    const a = network.join('a');
    const [byB, byC] = [heardBy(network.join('b')), heardBy(network.join('c'))];
    network.faults.drops = (_message, _from, to) => to === 'b';
    a.publish(grown(1));
    await clock.run(0);
    expect(byB).toEqual(['c joined']);
    expect(byC).toEqual(['a 1']);
  });

  it('tells at once of a node that leaves, and after a while of one that vanishes', async () => {
    const clock = new ManualClock();
    const network = new MemoryNodeNetwork(clock);
    const [a, b, c] = [network.join('a'), network.join('b'), network.join('c')];
    const heard = heardBy(a);
    b.leave();
    expect(heard).toEqual(['b gone']);
    c.vanish();
    c.publish(grown(1));
    await clock.run(7_000);
    expect([heard, a.others()]).toEqual([['b gone'], 1]);
    await clock.run(1_000);
    expect([heard, a.others()]).toEqual([['b gone', 'c gone'], 0]);
    network.join('b');
    expect(heard).toEqual(['b gone', 'c gone', 'b joined']);
  });

  it('hands over a message as it was when it was published', async () => {
    const network = new MemoryNodeNetwork(new ManualClock());
    const [a, b] = [network.join('a'), network.join('b')];
    const received: NodeMessage[] = [];
    b.subscribe((message) => received.push(message));
    const heads: [number, number][] = [[1, 1]];
    a.publish({ kind: 'grown', heads });
    heads.push([2, 2]);
    await Promise.resolve();
    expect(received).toEqual([grown(1)]);
  });
});
