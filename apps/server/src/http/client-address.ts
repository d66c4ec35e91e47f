import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/**
 * The address of a client: the socket's, or, where that is a trusted proxy's, the nearest in `X-Forwarded-For` that is not.
 *
 * @param trustedProxies networks such as `10.0.0.0/8`
 */
export function clientAddress(trustedProxies: readonly string[]): (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string | undefined {
  const trusted = networks(trustedProxies);
  return ({ socket, headers }) => {
    const peer = plain(socket.remoteAddress);
    if (peer === undefined || trustedProxies.length === 0 || !contains(trusted, peer)) return peer;
    const forwarded = headers['x-forwarded-for'];
    const hops = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').map((hop) => plain(hop.trim()));
    for (const hop of hops.reverse()) {
      if (hop === undefined || isIP(hop) === 0) return peer;
      if (!contains(trusted, hop)) return hop;
    }
    return peer;
  };
}

export function networks(written: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of written) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

export function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 address that came over an IPv6 socket is written as IPv4. */
function plain(address: string | undefined): string | undefined {
  return address?.startsWith('::ffff:') ? address.slice(7) : address;
}
