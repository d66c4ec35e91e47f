import { linkConnected, linkSeen, type TestServer } from '@vestnik/testing';
import { expect } from 'vitest';
import { surviveLinks } from '../federation/run-links.js';

interface Keys {
  readonly keys: readonly { readonly key: string }[];
}

/**
 * Both ends make a new link key every second while messages flow, and take the newest one back at last: nothing is lost, and
 * the link stays up or comes back by itself.
 */
export async function keysUnderLoad(seconds: number, messages: number): Promise<void> {
  await surviveLinks({
    messages,
    everyMs: 40,
    meanwhile: async ({ hq, branch, link, handedOver }) => {
      for (let second = 0; second < seconds; second++) {
        const made = await Promise.all([rotate(hq), rotate(branch)]);
        for (const { keys } of made) expect(keys).toHaveLength(2);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
      await handedOver(40);
      for (const server of [hq, branch]) {
        const [newest] = (await server.api('GET', '/v1/links/keys')).body.keys as Keys['keys'];
        const left = await server.api('DELETE', `/v1/links/keys/${newest?.key}`);
        expect((left.body.keys as Keys['keys']).map(({ key }) => key)).not.toContain(newest?.key);
      }
      await handedOver(20);
      const ends = [await linkConnected(hq, link.accepting), await linkConnected(branch, link.inviting)];
      expect(ends.map(({ quarantined }) => quarantined)).toEqual([undefined, undefined]);
      // Each knows the newest keys of the other.
      expect(await keysOf(hq, link.accepting)).toEqual(await ownKeys(branch));
      expect(await keysOf(branch, link.inviting)).toEqual(await ownKeys(hq));
    },
  });
}

async function rotate(server: TestServer): Promise<Keys> {
  const answer = await server.api('POST', '/v1/links/keys/rotate');
  if (answer.status !== 200) throw new Error(`no new key: ${answer.status} ${answer.text}`);
  return answer.body as unknown as Keys;
}

async function keysOf(server: TestServer, link: string): Promise<string[]> {
  return ((await linkSeen(server, link)) as unknown as Keys).keys.map(({ key }) => key);
}

async function ownKeys(server: TestServer): Promise<string[]> {
  return ((await server.api('GET', '/v1/links/keys')).body as unknown as Keys).keys.map(({ key }) => key);
}
