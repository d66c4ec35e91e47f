import type { Colours } from './colours.js';
import { printable } from './table.js';

/** An object as lines `name  value`, without what has no value. */
export function fields(object: Readonly<Record<string, unknown>>, { cyan }: Colours): string {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined && value !== null);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${cyan(name.padEnd(width))}  ${printable(typeof value === 'string' ? value : JSON.stringify(value))}`).join('\n');
}
