import type { Format } from '../../format/format.js';

/** So far the server counts what waits. */
export const WAITING_COUNTED = 10_000;
/** So far it counts how far a device is behind. */
export const BEHIND_COUNTED = 1_000;

/** A number that was counted so far and no further: `10,000+`. */
export function countedText(format: Pick<Format, 'number'>, count: number, counted: number): string {
  return count >= counted ? `${format.number(counted)}+` : format.number(count);
}
