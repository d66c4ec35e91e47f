import type { Remote } from '@vestnik/core';
import type { Packet, RoutedFrame, RoutesFrame } from '../wire/frames.js';

/** What is between links: an installation that passes on what is for others, and judges what was passed on to it. */
export interface LinkHub {
  /** A link is connected, and active. */
  attach(link: string, send: (packet: Packet) => void, buffered: () => number): void;
  detach(link: string): void;
  /** A neighbour says what lies behind it. */
  routes(link: string, frame: RoutesFrame): void;
  /** Passes on what is for another installation. @returns false where that is not reached */
  pass(link: string, packet: Packet<RoutedFrame>): boolean;
  /** Whether something for this installation, that came through a hub, is from where it says it is. */
  admits(packet: Packet<RoutedFrame>, from: Remote): boolean;
}

/** An installation whose neighbours reach nobody through it, and that reaches nobody through them. */
export const NO_HUB: LinkHub = {
  attach: () => undefined,
  detach: () => undefined,
  routes: () => undefined,
  pass: () => false,
  admits: () => false,
};
