import { isIP } from 'node:net';
import { isKeepable } from '@vestnik/protocol';

const CHARACTERS_MAX = 2_000;

export type ReadUrl =
  | {
      readonly kind: 'url';
      readonly url: URL;
      /** The host without brackets. */
      readonly host: string;
      readonly isAddress: boolean;
    }
  | { readonly kind: 'refused'; readonly because: string };

/** Reads a URL that a tenant has named. An address is taken only as it is usually written: every other notation is there to deceive somebody. */
export function readUrl(text: string): ReadUrl {
  const refused = (because: string): ReadUrl => ({ kind: 'refused', because });
  if (text.length > CHARACTERS_MAX) return refused(`at most ${CHARACTERS_MAX} characters`);
  if (!isKeepable(text) || /\s/.test(text) || !URL.canParse(text)) return refused('this is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refused('https only');
  if (url.username !== '' || url.password !== '') return refused('no name and password in it');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isAddress = isIP(host) !== 0;
  if (host === '') return refused('this is not a URL');
  // 2130706433, 0x7f.1 and 0177.0.0.1 all become 127.0.0.1 when a URL is read.
  if (
    isAddress &&
    !text
      .slice(text.indexOf('//') + 2)
      .toLowerCase()
      .startsWith(url.hostname)
  )
    return refused('an address is written as usual: four numbers, or IPv6 in its short form');
  return { kind: 'url', url, host, isAddress };
}
