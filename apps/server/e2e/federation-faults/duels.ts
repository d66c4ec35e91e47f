import { type RawSocketClient, type TestServer, untilAsked } from '@vestnik/testing';
import { expect } from 'vitest';
import { bothConnected, type Mutual, mutual } from './mutual.js';

/**
 * Both ends dial each other over a slow line, again and again (L5): each time one connection is left, and a message goes each way.
 *
 * Whether both dial in a round is left to chance, as it is in life; it goes on until they have done so often enough.
 *
 * @param mutuals how often both have to have dialled
 * @returns after how many rounds
 */
export async function duels(mutuals: number): Promise<number> {
  const houses = await mutual();
  try {
    const { toHq, toBranch, accounting, warehouse } = houses;
    const ivanov = await accounting.connect('ivanov');
    const petrov = await warehouse.connect('petrov');
    let both = 0;
    let rounds = 0;
    // A handshake takes longer than the two are apart mostly, so that neither sees the other's dial in time.
    for (const proxy of [toHq, toBranch]) proxy.harm({ delayMs: 500, jitterMs: 100 });
    while (both < mutuals) {
      const round = ++rounds;
      const dialled = [toHq.accepted, toBranch.accepted] as const;
      toHq.reset();
      toBranch.reset();
      await Promise.all([
        accounting.send({ to: [warehouse.address('petrov')], type: 'n', data: round }),
        warehouse.send({ to: [accounting.address('ivanov')], type: 'n', data: round }),
      ]);
      await Promise.all([handed(ivanov, round), handed(petrov, round)]);
      await oneIsLeft(houses);
      if (toHq.accepted > dialled[0] && toBranch.accepted > dialled[1]) both++;
    }
    const expected = Array.from({ length: rounds }, (_, at) => at + 1);
    expect(ivanov.messages.map(({ data }) => data)).toEqual(expected);
    expect(petrov.messages.map(({ data }) => data)).toEqual(expected);
    // And it stays so: nobody dials while a connection stands.
    const stand = await oneIsLeft(houses);
    await bothConnected(houses);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await oneIsLeft(houses)).toEqual(stand);
    return rounds;
  } finally {
    await houses.close();
  }
}

async function handed(socket: RawSocketClient, round: number): Promise<void> {
  await socket.until(`message ${round}`, ({ messages }) => messages.some(({ data }) => data === round), 30_000);
  await socket.call('ack', { position: socket.messages.at(-1)?.position });
}

interface Stand {
  readonly dialledBy: 'us' | 'them';
  readonly transport: string;
  /** How often it was connected so far. */
  readonly times: number;
}

/** How a node says that its link stands; undefined: not connected. */
function standOf({ log }: TestServer): Stand | undefined {
  const lines = log.split('\n').filter((line) => line.includes('"a link is '));
  const last = lines.at(-1);
  if (last?.includes('"a link is connected"') !== true) return undefined;
  return { ...(JSON.parse(last) as Stand), times: lines.filter((line) => line.includes('"a link is connected"')).length };
}

/** Both ends hold the same connection: one says that it has dialled, the other that it was dialled. */
function oneIsLeft({ hq, branch }: Mutual): Promise<readonly [Stand, Stand]> {
  return untilAsked(
    'both hold the same connection',
    async () => {
      const [here, there] = [standOf(hq), standOf(branch)];
      return here !== undefined && there !== undefined && here.dialledBy !== there.dialledBy && here.transport === there.transport ? [here, there] : undefined;
    },
    30_000,
    20,
  );
}
