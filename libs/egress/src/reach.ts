import { BlockList, isIP, isIPv6 } from 'node:net';

/** IPv4 that is not somebody's public address: the IANA special-purpose registry, and metadata services. */
const CLOSED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  // Where one cloud's machines ask about themselves, although it looks public.
  '168.63.129.16/32',
];

/** All that is public in IPv6 begins so; with it go loopback, link-local, unique local, multicast, IPv4-mapped and NAT64 addresses. */
const OPEN_IPV6 = ['2000::/3'];
/** Within that: protocol assignments with Teredo, documentation, and 6to4, which hides an IPv4 address. */
const CLOSED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const CLOSED = listOf([...CLOSED_IPV4, ...CLOSED_IPV6]);
const OPEN = listOf(OPEN_IPV6);

/** Which addresses the bus may dial for a tenant. */
export class Reach {
  private readonly allowed: BlockList;

  /** @param allow networks such as `10.1.0.0/16` that an administrator has opened */
  constructor(allow: readonly string[]) {
    this.allowed = listOf(allow);
  }

  /** Whether an administrator has opened it, although it may be private; there plain http is taken too. */
  isAllowed(address: string): boolean {
    return isIP(address) !== 0 && this.allowed.check(address, familyOf(address));
  }

  mayDial(address: string, plain: boolean): boolean {
    if (this.isAllowed(address)) return true;
    return !plain && isPublic(address);
  }
}

function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  return !CLOSED.check(address, familyOf(address)) && (!isIPv6(address) || OPEN.check(address, 'ipv6'));
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = familyOf(address);
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
