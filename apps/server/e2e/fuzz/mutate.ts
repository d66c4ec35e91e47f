/** Chance that can be repeated: numbers in [0, 1) that follow from the seed alone (mulberry32). */
export class Chance {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  of<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value;
  }
}

/** What has broken parsers before. */
const WORDS = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\ufeff',
  '\u202e',
  'é',
  'e\u0301',
  '💥',
  '"',
  '\\',
  '\\u0000',
  '\\ud800',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  'true',
  '-0',
  '1e999',
  '0.1',
  '12345678901234567890',
  '__proto__',
  'constructor',
  'toString',
  '../',
  '*',
  '#',
  '+',
  '@',
  '/',
  '.',
  '%00',
  '\n',
  '\r\n',
] as const;

const VALUES: readonly unknown[] = [null, true, false, 0, -1, 0.5, 1e308, '', 'x', '\u0000', '*', [], {}, [[]], { a: 1 }, 'x'.repeat(300), Array(40).fill('x')];

/** A text that is nearly the one given: one to four small harms, of its characters. */
export function mutateText(text: string, chance: Chance, words: readonly string[] = WORDS): string {
  let result = text;
  for (let harm = chance.below(4); harm >= 0; harm--) {
    const at = chance.below(result.length + 1);
    const to = Math.min(result.length, at + 1 + chance.below(8));
    switch (chance.below(6)) {
      case 0:
        result = result.slice(0, at) + result.slice(to);
        break;
      case 1:
        result = result.slice(0, at) + chance.of(words) + result.slice(at);
        break;
      case 2:
        result = result.slice(0, at) + String.fromCharCode(chance.below(chance.below(2) === 0 ? 128 : 65_536)) + result.slice(at + 1);
        break;
      case 3:
        result = result.slice(0, at) + result.slice(at, to).repeat(1 + chance.below(50)) + result.slice(to);
        break;
      case 4:
        result = result.slice(0, at);
        break;
      default:
        result = result.slice(0, at) + chance.of(words).repeat(1 + chance.below(100)) + result.slice(to);
    }
  }
  return result.slice(0, 400_000);
}

/** A value that is nearly the one given: somewhere in it something is another value, gone, or there twice. */
export function mutateValue(value: unknown, chance: Chance): unknown {
  if (typeof value !== 'object' || value === null || chance.below(6) === 0)
    return typeof value === 'string' && chance.below(2) === 0 ? mutateText(value, chance) : chance.of(VALUES);
  if (Array.isArray(value)) {
    const at = chance.below(value.length + 1);
    if (chance.below(3) === 0) return [...value.slice(0, at), ...value.slice(0, 20), ...value.slice(at)];
    return value.length === 0 ? [chance.of(VALUES)] : value.map((each, place) => (place === at % value.length ? mutateValue(each, chance) : each));
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || chance.below(8) === 0) return { ...value, [chance.of(WORDS)]: chance.of(VALUES) };
  const chosen = chance.below(entries.length);
  if (chance.below(6) === 0) return Object.fromEntries(entries.filter((_, place) => place !== chosen));
  return Object.fromEntries(entries.map(([name, each], place) => (place === chosen ? [name, mutateValue(each, chance)] : [name, each])));
}
