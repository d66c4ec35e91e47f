/** A unit of an amount; its text is `units.<name>`. */
export interface Unit {
  readonly name: string;
  readonly size: number;
}

/** Of durations, in seconds. */
export const DURATIONS: readonly Unit[] = [
  { name: 'seconds', size: 1 },
  { name: 'minutes', size: 60 },
  { name: 'hours', size: 3_600 },
  { name: 'days', size: 86_400 },
];

/** Of sizes, in bytes. */
export const SIZES: readonly Unit[] = [
  { name: 'bytes', size: 1 },
  { name: 'KiB', size: 1_024 },
  { name: 'MiB', size: 1_024 * 1_024 },
];

const [FIRST] = DURATIONS as readonly [Unit, ...Unit[]];

/** The largest unit in which a value is a whole number. */
export function unitOf(value: number | undefined, units: readonly Unit[]): Unit {
  const [smallest = FIRST] = units;
  if (value === undefined || value === 0) return units.at(-1) ?? smallest;
  return units.findLast(({ size }) => value % size === 0) ?? smallest;
}
