/**
 * Positions as clients see them: opaque, `[A-Za-z0-9_-]`, an epoch and a place in the log.
 *
 * Six characters of epoch (32 bits), then the position in base 64, most significant first.
 */
export interface Position {
  /** A random number that the log takes anew whenever its history may have changed. */
  readonly epoch: number;
  readonly position: number;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));
const EPOCH_DIGITS = 6;
const SHAPE = /^[A-Za-z0-9_-]{7,15}$/;

export function formatPosition(epoch: number, position: number): string {
  return digits(epoch).padStart(EPOCH_DIGITS, 'A') + digits(position);
}

/** @returns undefined if no bus ever gave out such a position */
export function parsePosition(text: string): Position | undefined {
  if (!SHAPE.test(text)) return undefined;
  const epoch = value(text.slice(0, EPOCH_DIGITS));
  const position = value(text.slice(EPOCH_DIGITS));
  if (epoch > 0xffffffff || !Number.isSafeInteger(position)) return undefined;
  return formatPosition(epoch, position) === text ? { epoch, position } : undefined;
}

function digits(number: number): string {
  let text = '';
  let rest = number;
  do {
    text = DIGITS[rest % 64] + text;
    rest = Math.floor(rest / 64);
  } while (rest > 0);
  return text;
}

function value(text: string): number {
  let number = 0;
  for (const digit of text) number = number * 64 + (VALUES.get(digit) ?? 0);
  return number;
}
