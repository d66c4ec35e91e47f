import { InvalidArgumentError } from 'commander';

/** Reads a whole number from 1 on the command line. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 is wanted.');
  return Number(text);
}

/** Reads a number of seconds, such as 0.5, on the command line. */
export function seconds(text: string): number {
  if (!/^\d{1,9}(?:\.\d{1,3})?$/.test(text)) throw new InvalidArgumentError('A number of seconds is wanted, such as 30 or 0.5.');
  return Number(text);
}
