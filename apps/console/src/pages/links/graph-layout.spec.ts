import { expect, it } from 'vitest';
import { type Box, type DrawnLink, type Graph, layoutGraph } from './graph-layout.js';

const link = (name: string, rest: Partial<DrawnLink> = {}): DrawnLink => ({
  id: `id-${name}`,
  name,
  state: 'active',
  connected: true,
  queue: { messages: 0 },
  ...rest,
});
const many = (count: number) => Array.from({ length: count }, (_, index) => link(`branch-${String(index).padStart(2, '0')}`));
const hub = link('hub', { behind: { installations: 9, names: Array.from({ length: 9 }, (_, index) => `far-${index}.hub`) } });

const boxes = ({ own, neighbours, behind }: Graph): Box[] => [own, ...neighbours, ...behind];
const overlap = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

it.each([346, 620, 960, 1240])('leaves nothing outside and nothing on top of another, %i pixels wide', (width) => {
  for (const links of [[link('a')], [link('a'), link('b')], many(7), [...many(3), hub], [hub, link('z'), { ...hub, id: 'other', name: 'other' }], many(40)]) {
    const graph = layoutGraph(links, width);
    const all = boxes(graph);
    for (const box of all) {
      expect(box.x, 'left').toBeGreaterThanOrEqual(0);
      expect(box.x + box.width, 'right').toBeLessThanOrEqual(width);
      expect(box.y, 'above').toBeGreaterThanOrEqual(0);
      expect(box.y + box.height, 'below').toBeLessThanOrEqual(graph.height);
    }
    for (const [index, box] of all.entries())
      for (const other of all.slice(index + 1)) expect(overlap(box, other), `${JSON.stringify(box)} ${JSON.stringify(other)}`).toBe(false);
  }
});

it('shows what does not go before all else, and says how many are left', () => {
  const links = [...many(20), link('slow', { queue: { messages: 5 } }), link('down', { connected: false }), link('bad', { quarantined: 'it has jumped' })];
  const { neighbours, left } = layoutGraph(links, 960);
  expect(new Set(neighbours.map(({ name }) => name)).has('down')).toBe(true);
  expect(neighbours.find(({ name }) => name === 'bad')?.state).toBe('quarantined');
  expect(neighbours.some(({ name }) => name === 'slow')).toBe(true);
  expect([neighbours.length, left]).toEqual([12, 11]);
});

it('names a few of those behind a hub, and says how many more there are', () => {
  const { behind } = layoutGraph([hub], 960);
  expect(behind.map(({ name, more }) => name ?? more)).toEqual(['far-0.hub', 'far-1.hub', 'far-2.hub', 'far-3.hub', 5]);
});
