import { likePart } from './of-tenants.js';

/** How a part of a name is looked for, in whichever case. Of both members one is null. */
export interface Folded {
  /** For `lower(x collate "C") like`, where the part has nothing but ASCII. */
  readonly like: string | null;
  /** For `x ~`, with each letter in both its cases: what Postgres itself makes of letters depends on the locale of its data. */
  readonly expression: string | null;
}

export const ANYTHING: Folded = { like: null, expression: null };

export function folded(part: string | undefined): Folded {
  const like = likePart(part);
  if (part === undefined || like === undefined) return ANYTHING;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (/^[\x00-\x7f]*$/.test(part)) return { like, expression: null };
  return { like: null, expression: [...part].map(eitherCase).join('') };
}

function eitherCase(letter: string): string {
  const both = [...new Set([letter.toLowerCase(), letter.toUpperCase()])].filter((one) => [...one].length === 1);
  if (both.length === 2) return `[${both.join('')}]`;
  return letter.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
