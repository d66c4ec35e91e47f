import type { Packet, RoutedFrame } from '../wire/frames.js';
import { WIRE } from '../wire/wire-limits.js';

/**
 * What is wrong with the way that a packet says it came: each hub that it crossed stands in it once, the last one is the neighbour
 * that hands it over, and none of them is its origin, or where it goes.
 *
 * Names are not looked at: they are what each hub calls the one before it, may change while a packet is under way, and say nothing
 * about who sent it.
 *
 * @param link the neighbour
 * @returns undefined where nothing is
 */
export function wrongWay({ frame }: Packet<RoutedFrame>, link: string): string | undefined {
  const hubs = (frame.path ?? []).map(([id]) => id);
  if (frame.from === frame.to) return 'it passes on what is for the installation that it is from';
  if ((hubs.at(-1) ?? frame.from) !== link) return 'it passes on what did not come through it';
  if (hubs.length > WIRE.hops) return 'it passes on what has crossed too many hubs';
  if (new Set([frame.from, frame.to, ...hubs]).size !== hubs.length + 2) return 'it passes on what has gone in a circle';
  return undefined;
}

/**
 * The packet as a hub passes it on: header and body byte for byte as they came, with the hub in its path.
 *
 * @param own the hub
 * @param name what it calls the neighbour that it has it from
 * @returns why it goes no further: it was here before, or has crossed too many hubs
 */
export function passedOn(packet: Packet<RoutedFrame>, own: string, name: string): Packet<RoutedFrame> | string {
  const path = packet.frame.path ?? [];
  if (packet.frame.from === own || path.some(([id]) => id === own)) return 'it passes on what has gone in a circle';
  if (path.length >= WIRE.hops) return 'it passes on what has crossed too many hubs';
  return { ...packet, frame: { ...packet.frame, path: [...path, [own, name]] } };
}
