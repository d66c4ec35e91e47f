import type { Remote } from '@vestnik/core';
import type { Packet, RoutedFrame } from '../wire/frames.js';
import { isSigned, type LinkVerifier } from '../wire/signing.js';
import { wrongWay } from './crossing.js';

/** What becomes of a packet for this installation that came through a hub. */
export type FromBeyond =
  /** It is from where it says. */
  | { readonly kind: 'admitted' }
  /** A hub, not the one that was asked, says that nothing can be asked now: nothing else that it says is believed. */
  | { readonly kind: 'not-reached' }
  | { readonly kind: 'dropped'; readonly because: string };

/**
 * Judges a packet for this installation that another one has handed over, trusting that one nothing: it may have forged it, changed
 * it, kept it for long, or sent it before.
 *
 * What is admitted was made by its origin, for this installation, word for word. Not more: bundles are told from those that came
 * before by their numbers, and what is asked by its id and time, by whoever reads them.
 *
 * @param link the neighbour that handed it over
 * @param remote the installation that it says it is from, as it is known here
 * @param verifier takes the list of keys that comes along where it is a newer one, and signed by the root key that the id stands for
 */
export function fromBeyond(packet: Packet<RoutedFrame>, link: string, remote: Remote | undefined, verifier: LinkVerifier): FromBeyond {
  const { frame, body } = packet;
  if (remote === undefined || remote.installation !== frame.from) return dropped('it passes on what is from an installation that is not known here');
  if (remote.via !== link && remote.alsoVia?.includes(link) !== true) return dropped('it passes on what is from an installation that does not lie behind it');
  const wrong = wrongWay(packet, link);
  if (wrong !== undefined) return dropped(wrong);
  if (isSigned(packet, verifier)) return { kind: 'admitted' };
  const isSaidByHub = frame.t === 'reply' && frame.failed === true && frame.signature === undefined && (body === undefined || body.length === 0);
  return isSaidByHub ? { kind: 'not-reached' } : dropped('it passes on what was not signed where it says it is from');
}

function dropped(because: string): FromBeyond {
  return { kind: 'dropped', because };
}
