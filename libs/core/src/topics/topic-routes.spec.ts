import { topicMatches } from '@vestnik/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TopicRoutes } from './topic-routes.js';

interface Listener {
  readonly name: number;
}

const LISTENERS: readonly Listener[] = [{ name: 0 }, { name: 1 }, { name: 2 }];
const levels = (names: readonly string[]) => fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
const topics = levels(['a', 'b', 'constructor']).map((list) => list.join('/'));
const patterns = fc
  .tuple(levels(['a', 'b', 'constructor', '+']), fc.constantFrom('', '/#', '#'))
  .map(([list, end]) => (end === '#' ? '#' : `${list.join('/')}${end}`));

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('add' as const), pattern: patterns, who: fc.nat({ max: 2 }) }),
    fc.record({ kind: fc.constant('remove' as const), pattern: patterns, who: fc.nat({ max: 2 }) }),
    fc.record({ kind: fc.constant('ask' as const), topic: topics }),
  ),
  { maxLength: 60 },
);

const add = (routes: TopicRoutes<Listener>, pattern: string, who = 0) => routes.add(pattern, LISTENERS[who] as Listener);
const remove = (routes: TopicRoutes<Listener>, pattern: string, who = 0) => routes.remove(pattern, LISTENERS[who] as Listener);
const namesOf = (listeners: readonly Listener[]) => listeners.map(({ name }) => name).toSorted();

describe('routes of topics', () => {
  it('find whoever listens, each once, after any adding and removing, and are idle when all is removed', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const routes = new TopicRoutes<Listener>();
        const model = new Map<string, { pattern: string; who: number }>();
        for (const step of list) {
          if (step.kind === 'add') {
            add(routes, step.pattern, step.who);
            model.set(`${step.who} ${step.pattern}`, step);
          } else if (step.kind === 'remove') {
            remove(routes, step.pattern, step.who);
            model.delete(`${step.who} ${step.pattern}`);
          } else {
            const expected = new Set([...model.values()].filter(({ pattern }) => topicMatches(pattern, step.topic)).map(({ who }) => who));
            expect(namesOf(routes.of(step.topic))).toEqual([...expected].toSorted());
          }
          expect(routes.idle).toBe(model.size === 0);
        }
        for (const { pattern, who } of model.values()) remove(routes, pattern, who);
        expect(routes.idle).toBe(true);
        expect(Object.values(routes.size)).toEqual([0, 0]);
      }),
      { numRuns: 300 },
    );
  });

  it('hold nothing for topics that nobody listens to, and no more answers than they may', () => {
    const routes = new TopicRoutes<Listener>();
    add(routes, 'a/+');
    for (let at = 0; at < 5_000; at++) expect(routes.of(`b/${at}`)).toEqual([]);
    expect(routes.size).toEqual({ levels: 2, cached: 0 });
    for (let at = 0; at < 5_000; at++) expect(namesOf(routes.of(`a/${at}`))).toEqual([0]);
    expect(routes.size.levels).toBe(2);
    expect(routes.size.cached).toBeLessThanOrEqual(1_000);
  });

  it('hold fewer answers where each names many listeners', () => {
    const routes = new TopicRoutes<Listener>();
    for (let name = 0; name < 2_000; name++) routes.add('#', { name });
    for (let at = 0; at < 100; at++) expect(routes.of(`a/${at}`)).toHaveLength(2_000);
    expect(routes.size.cached).toBeLessThanOrEqual(25);
  });

  it('let an answer be walked through while listeners come and go', () => {
    const routes = new TopicRoutes<Listener>();
    for (const who of [0, 1, 2]) add(routes, 'a', who);
    const seen: number[] = [];
    for (const { name } of routes.of('a')) {
      seen.push(name);
      remove(routes, 'a', name);
    }
    expect(seen).toEqual([0, 1, 2]);
    expect(routes.of('a')).toEqual([]);
  });
});
