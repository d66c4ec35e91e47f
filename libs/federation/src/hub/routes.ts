import type { Link, Remote } from '@vestnik/core';
import type { RoutesFrame } from '../wire/frames.js';
import { WIRE } from '../wire/wire-limits.js';

type Behind = RoutesFrame['behind'][number];

/** Less than fits into a header. */
const BYTES_MAX = WIRE.headerBytes - 1_024;

/** Whether others may be reached through a link, as this side has it. */
export function isThrough(link: Link | undefined): link is Link {
  return link?.transit === true && link.state === 'active' && link.quarantined === undefined;
}

/**
 * What an installation tells a neighbour that lies behind it: its other neighbours, and what those name, all of whom let others
 * through; the nearest first, as many as fit. Never what it has from that neighbour itself.
 *
 * @param link of the neighbour
 * @param links all, by id
 * @returns `left`: how many did not fit
 */
export function routesFor(
  link: Link,
  remotes: readonly Remote[],
  links: (id: string) => Link | undefined,
): { readonly frame: RoutesFrame; readonly left: number } {
  const behind: Behind[] = [];
  if (!isThrough(link)) return { frame: { t: 'routes', behind }, left: 0 };
  const told = remotes
    .filter((remote) => remote.via !== link.id && remote.withdrawn === undefined && remote.path.length < WIRE.hops && isThrough(links(remote.via)))
    .map(({ installation, path }): Behind => ({ id: installation, path }))
    .sort((a, b) => a.path.length - b.path.length || (a.id < b.id ? -1 : 1));
  let bytes = 0;
  for (const one of told) {
    bytes += Buffer.byteLength(JSON.stringify(one)) + 1;
    if (behind.length >= WIRE.routes || bytes > BYTES_MAX) break;
    behind.push(one);
  }
  return { frame: { t: 'routes', behind }, left: told.length - behind.length };
}

/**
 * What is learned of what a neighbour says lies behind it. This installation itself and its neighbours never lie behind another one,
 * and a path that leads through more hubs than a packet may cross leads nowhere.
 */
export function learned(
  frame: RoutesFrame,
  own: string,
  link: (id: string) => Link | undefined,
): { readonly installation: string; readonly path: readonly string[] }[] {
  return frame.behind
    .filter(({ id, path }) => id !== own && link(id) === undefined && path.length < WIRE.hops)
    .map(({ id, path }) => ({ installation: id, path }));
}
