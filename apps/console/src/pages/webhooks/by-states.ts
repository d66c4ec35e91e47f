import type { ListPage } from '../../parts/useList.js';

interface Asked {
  readonly cursor: string | undefined;
  readonly limit: number;
}

/**
 * One list out of one for each state, in the order of the states: the API lists by age.
 *
 * @param ask one page of one state
 * @param cursor `next` of the page before: the state, and where it had come to in it
 */
export async function byStates<State extends string, Row>(
  states: readonly State[],
  ask: (state: State, page: Asked) => Promise<ListPage<Row>>,
  { cursor, limit }: Asked,
): Promise<ListPage<Row>> {
  const [began = states[0], ...rest] = cursor?.split(' ') ?? [];
  const items: Row[] = [];
  let within: string | undefined = rest.length === 0 || rest[0] === '' ? undefined : rest.join(' ');
  for (const state of states.slice(Math.max(0, states.indexOf(began as State)))) {
    if (items.length >= limit) return { items, next: `${state} ` };
    const page = await ask(state, { cursor: within, limit: limit - items.length });
    items.push(...page.items);
    if (page.next !== undefined) return { items, next: `${state} ${page.next}` };
    within = undefined;
  }
  return { items };
}
