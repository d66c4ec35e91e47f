import { type LinkCondition, type LinkStateName, stateOfLink } from './link-state.js';

/** What the graph shows of a link. */
export interface DrawnLink extends LinkCondition {
  readonly id: string;
  readonly name: string;
  readonly queue: { readonly messages: number };
  readonly behind?: { readonly installations: number; readonly names: readonly string[] };
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface DrawnNeighbour extends Box {
  readonly id: string;
  readonly name: string;
  readonly state: LinkStateName;
  readonly waiting: number;
  /** Of the line to it, from this installation. */
  readonly line: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
}

export interface DrawnBehind extends Box {
  readonly key: string;
  /** Undefined: so many more than are drawn. */
  readonly name: string | undefined;
  readonly more: number;
  readonly line: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
}

export interface Graph {
  readonly width: number;
  readonly height: number;
  readonly own: Box;
  readonly neighbours: readonly DrawnNeighbour[];
  readonly behind: readonly DrawnBehind[];
  /** On a narrow screen: what all lines begin at. */
  readonly trunk?: { readonly x: number; readonly y1: number; readonly y2: number };
  /** Links that there is no room for. */
  readonly left: number;
}

/** More than this is a tangle: the table has them all. */
const NEIGHBOURS_MAX = 12;
const BEHIND_MAX = 4;
const EDGE = 12;
const NODE = { width: 150, height: 50 };
const FAR = { width: 118, height: 26 };
const GAP = 16;
/** Of a line, at least: what waits is written on it. */
const LINE = 96;
const FAR_LINE = 40;
/** A longer line says nothing more. */
const LINE_MAX = 300;

/** Which first: what does not go, then that for which most waits. */
const URGENCY: Readonly<Record<LinkStateName, number>> = { quarantined: 0, disconnected: 1, pending: 2, paused: 3, connected: 4 };

/**
 * Where the installations stand: this one in the middle, its neighbours to both sides, what lies behind a hub further
 * out. On a narrow screen this one is above, and the others are below each other.
 */
export function layoutGraph(links: readonly DrawnLink[], width: number): Graph {
  const shown = links
    .map((link) => ({ ...link, now: stateOfLink(link) }))
    .toSorted((a, b) => URGENCY[a.now] - URGENCY[b.now] || b.queue.messages - a.queue.messages || (a.name < b.name ? -1 : 1))
    .slice(0, NEIGHBOURS_MAX);
  const left = links.length - shown.length;
  return { ...(broad(shown, width) ?? tall(shown, width)), left };
}

type Shown = DrawnLink & { readonly now: LinkStateName };

/** How much of the height a neighbour with those behind it takes. */
function heightOf({ behind }: Shown): number {
  const rows = rowsBehind(behind);
  return Math.max(NODE.height, rows * (FAR.height + 6) - 6) + GAP;
}

function rowsBehind(behind: Shown['behind']): number {
  if (behind === undefined) return 0;
  return Math.min(behind.installations, BEHIND_MAX) + (behind.installations > BEHIND_MAX ? 1 : 0);
}

/** @returns undefined where there is no room beside each other */
function broad(links: readonly Shown[], width: number): Omit<Graph, 'left'> | undefined {
  const sides = sidesOf(links);
  const outer = { right: outerOf(sides.right), left: outerOf(sides.left) };
  const both = sides.left.length > 0;
  const taken = 2 * EDGE + NODE.width * (both ? 3 : 2) + outer.right + outer.left;
  const line = Math.min(LINE_MAX, (width - taken) / (both ? 2 : 1));
  if (line < LINE) return undefined;
  const sum = (side: readonly Shown[]) => side.reduce((total, link) => total + heightOf(link), 0);
  const height = Math.max(sum(sides.right), sum(sides.left), NODE.height + GAP) + 2 * EDGE;
  const used = taken - 2 * EDGE + line * (both ? 2 : 1);
  const ownX = (width - used) / 2 + (both ? outer.left + NODE.width + line : 0);
  const own = { x: ownX, y: height / 2 - NODE.height / 2, ...NODE };
  const neighbours: DrawnNeighbour[] = [];
  const behind: DrawnBehind[] = [];
  for (const name of ['right', 'left'] as const) {
    const right = name === 'right';
    const x = right ? own.x + NODE.width + line : own.x - line - NODE.width;
    let y = (height - sum(sides[name])) / 2;
    for (const link of sides[name]) {
      const tall = heightOf(link);
      const box = { x, y: y + tall / 2 - NODE.height / 2, ...NODE };
      const [near, far] = right ? [box.x, box.x + box.width] : [box.x + box.width, box.x];
      const middle = box.y + box.height / 2;
      const from = { x1: right ? own.x + own.width : own.x, y1: own.y + own.height / 2 };
      neighbours.push({ id: link.id, name: link.name, state: link.now, waiting: link.queue.messages, ...box, line: { ...from, x2: near, y2: middle } });
      behind.push(...placeBehind(link, y, tall, right ? far + FAR_LINE : far - FAR_LINE - FAR.width, far, middle));
      y += tall;
    }
  }
  return { width, height, own, neighbours, behind };
}

/** Half of them to each side; hubs to the right as far as there is room, so that there is more of it for the rest. */
function sidesOf(links: readonly Shown[]): { readonly right: readonly Shown[]; readonly left: readonly Shown[] } {
  const hubsFirst = links.toSorted((a, b) => Number(b.behind !== undefined) - Number(a.behind !== undefined));
  const half = Math.ceil(links.length / 2);
  return { right: hubsFirst.slice(0, half), left: hubsFirst.slice(half) };
}

function outerOf(side: readonly Shown[]): number {
  return side.some(({ behind }) => behind !== undefined) ? FAR_LINE + FAR.width : 0;
}

function placeBehind(link: Shown, top: number, tall: number, x: number, fromX: number, fromY: number): DrawnBehind[] {
  const rows = rowsBehind(link.behind);
  const start = top + (tall - (rows * (FAR.height + 6) - 6)) / 2;
  return farOf(link).map(({ name, more }, index) => {
    const y = start + index * (FAR.height + 6);
    return { key: `${link.id} ${index}`, name, more, x, y, ...FAR, line: { x1: fromX, y1: fromY, x2: x > fromX ? x : x + FAR.width, y2: y + FAR.height / 2 } };
  });
}

function farOf({ behind }: Shown): { readonly name: string | undefined; readonly more: number }[] {
  if (behind === undefined) return [];
  const named = behind.names.slice(0, BEHIND_MAX).map((name) => ({ name, more: 0 }));
  const more = behind.installations - named.length;
  return more > 0 ? [...named, { name: undefined, more }] : named;
}

function tall(links: readonly Shown[], width: number): Omit<Graph, 'left'> {
  const own = { x: EDGE, y: EDGE, ...NODE };
  const trunk = own.x + 22;
  const x = own.x + 52;
  const neighbours: DrawnNeighbour[] = [];
  const behind: DrawnBehind[] = [];
  let y = own.y + own.height + 34;
  for (const link of links) {
    const box = { x, y, width: Math.min(NODE.width + 30, width - x - EDGE), height: NODE.height };
    const middle = y + NODE.height / 2;
    neighbours.push({
      id: link.id,
      name: link.name,
      state: link.now,
      waiting: link.queue.messages,
      ...box,
      line: { x1: trunk, y1: middle, x2: box.x, y2: middle },
    });
    y += NODE.height + 8;
    for (const [index, { name, more }] of farOf(link).entries()) {
      const far = { x: x + 40, y, width: Math.min(FAR.width + 40, width - x - 40 - EDGE), height: FAR.height };
      behind.push({ key: `${link.id} ${index}`, name, more, ...far, line: { x1: x + 18, y1: box.y + box.height, x2: far.x, y2: y + FAR.height / 2 } });
      y += FAR.height + 6;
    }
    y += 26;
  }
  const last = neighbours.at(-1)?.line.y2 ?? own.y + own.height;
  return { width, height: y, own, neighbours, behind, trunk: { x: trunk, y1: own.y + own.height, y2: last } };
}
