import { headerOf } from './codec.js';
import type { Packet, RoutedFrame } from './frames.js';

/** Signs with this installation's newest link key. */
export interface LinkSigner {
  /** @returns the key's id, and an Ed25519 signature of 64 bytes */
  sign(bytes: Uint8Array): { readonly key: string; readonly signature: Uint8Array };
}

/** Knows the link keys of other installations. */
export interface LinkVerifier {
  /**
   * Whether an installation has signed this with a key of its that is valid now.
   *
   * @param from the installation that says so
   * @param keys its signed list of keys, as it came along; of use only where it is newer than the one that is known
   */
  verify(from: string, key: string, bytes: Uint8Array, signature: Uint8Array, keys?: string): boolean;
}

/**
 * What is signed of a routed packet: the header, byte for byte as it is on the wire, and the body. Not its envelope, where hubs write.
 *
 * The first line keeps it apart from all else that link keys sign.
 */
export function signedBytes(packet: Packet<RoutedFrame>): Buffer {
  return Buffer.concat([Buffer.from(`vestnik-link-1\n${headerOf(packet)}\n`), packet.body ?? new Uint8Array()]);
}

/** The packet with its key and signature; its header stands from now on. */
export function signPacket<One extends RoutedFrame>(packet: Packet<One>, signer: LinkSigner): Packet<One> {
  const raw = headerOf(packet);
  const { key, signature } = signer.sign(signedBytes({ ...packet, raw }));
  return { ...packet, raw, frame: { ...packet.frame, key, signature: Buffer.from(signature).toString('base64url') } };
}

/** Whether a packet was signed by the installation that it says it is from. */
export function isSigned(packet: Packet<RoutedFrame>, verifier: LinkVerifier): boolean {
  const { from, key, signature, keys } = packet.frame;
  if (key === undefined || signature === undefined) return false;
  return verifier.verify(from, key, signedBytes(packet), Buffer.from(signature, 'base64url'), keys);
}
