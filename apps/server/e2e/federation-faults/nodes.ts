import { linkSeen, type TestServer, untilAsked } from '@vestnik/testing';
import type { TwoHouses } from '../federation/two-houses.js';

/** Lets the branch come in at another node of the head office, which takes the link over. */
export async function moveTo({ hq, proxy, link }: Pick<TwoHouses, 'hq' | 'proxy' | 'link'>, node: TestServer): Promise<void> {
  const since = node.log.length;
  proxy.redirect(node.port);
  proxy.reset();
  await takesOver(hq, link.accepting, node, since);
}

/**
 * Resolves when a node has taken a link over, and another one says that it is connected.
 *
 * @param since the length of the node's log before: what it said in an earlier life does not count
 */
export function takesOver(asked: TestServer, link: string, node: TestServer, since: number, withinMs = 40_000): Promise<unknown> {
  return untilAsked(
    'the node has taken the link over',
    async () => {
      const said = node.log.slice(since);
      return said.lastIndexOf('"a link is connected"') > said.lastIndexOf('"a link is not connected any more"') && (await linkSeen(asked, link)).connected;
    },
    withinMs,
    100,
  );
}
