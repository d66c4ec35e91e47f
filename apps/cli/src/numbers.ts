import { InvalidArgumentError } from 'commander';

/** Reads a whole number from 1 on the command line. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 is wanted.');
  return Number(text);
}
