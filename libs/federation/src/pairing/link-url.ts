import { z } from 'zod';

const CHARACTERS_MAX = 2_048;

/**
 * Where an installation can be dialled: `https://bus.example.com`, with a path where a proxy gives it one.
 *
 * @returns it without a slash at the end, or undefined where it is none: http or https, no name and password, no query
 */
export function readLinkUrl(text: string): string | undefined {
  if (text.length > CHARACTERS_MAX || !URL.canParse(text)) return undefined;
  const { protocol, username, password, search, hash, href } = new URL(text);
  if ((protocol !== 'https:' && protocol !== 'http:') || username !== '' || password !== '' || search !== '' || hash !== '') return undefined;
  return href.replace(/\/+$/, '');
}

export const urlSchema = z.string().transform((text, context) => {
  const url = readLinkUrl(text);
  if (url !== undefined) return url;
  context.addIssue('an address such as https://bus.example.com');
  return z.NEVER;
});
