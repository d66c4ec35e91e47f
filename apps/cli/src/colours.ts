/** Colours a text, or leaves it as it is. */
export interface Colours {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

interface Wishes {
  /** `false`: `--no-color` was given. */
  readonly color: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

/** Colours only on a terminal that knows them, and never where somebody asked for none (no-color.org). */
export function wantsColours({ color, env, isTerminal }: Wishes): boolean {
  const asked = env.NO_COLOR;
  return color && isTerminal && (asked === undefined || asked === '') && env.TERM !== 'dumb';
}

export function coloursOf(wanted: boolean): Colours {
  const paint = (on: number, off: number) => (text: string) => (wanted ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { bold: paint(1, 22), dim: paint(2, 22), red: paint(31, 39), green: paint(32, 39), yellow: paint(33, 39), cyan: paint(36, 39) };
}
