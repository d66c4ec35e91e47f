import { isLabel, parseAddress, readName } from '@vestnik/protocol';

/**
 * Brings a pattern of addresses to its one form: `*@sales`, `orders@sales.hq`; `*` stands for one label, or any client.
 *
 * @returns undefined if it is none
 */
export function readAddressPattern(text: string): string | undefined {
  const at = text.indexOf('@');
  if (at < 0) return undefined;
  const client = text.slice(0, at) === '*' ? '*' : readName(text.slice(0, at));
  const place = text.slice(at + 1);
  return client !== undefined && place.split('.').every((label) => label === '*' || isLabel(label)) ? `${client}@${place}` : undefined;
}

/** An address of the tenant itself: a client, a topic, everyone; no tenant, no session. */
export function isOwnAddress(text: string): boolean {
  try {
    const { addressee, tenant } = parseAddress(text);
    return tenant === undefined && addressee.kind !== 'session';
  } catch {
    return false;
  }
}

/** A topic, or a pattern of topics: `+` stands for one level, `#` at the end for any number. */
export function isTopicPattern(text: string): boolean {
  if ([...text].length > 128) return false;
  const levels = text.split('/');
  return levels.every((level, at) => level === '+' || (level === '#' && at === levels.length - 1) || readName(level) !== undefined);
}

/** As browsers write it: `https://shop.example.com`, with a port where it is not the usual one. */
export function isOrigin(text: string): boolean {
  try {
    const { origin, protocol } = new URL(text);
    return origin === text && (protocol === 'http:' || protocol === 'https:');
  } catch {
    return false;
  }
}
