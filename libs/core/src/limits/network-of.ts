/** IPv4 that came over an IPv6 socket. */
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/**
 * Whose an address is, for counting: an IPv6 address goes with its /64, of which whoever has one address has all.
 *
 * @param address as a socket or a proxy tells it
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = (address.split('%')[0] as string).split('::', 2);
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  // Dotted, the last 32 bits are one part instead of two.
  const count = first.length + last.length + (address.includes('.') ? 1 : 0);
  const groups = tail === undefined ? first : [...first, ...Array.from({ length: Math.max(0, 8 - count) }, () => '0'), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
