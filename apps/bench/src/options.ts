import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench -- [scenario …] [--rounds N] [--quick] [--json FILE]

Measures Vestnik beside its floors on this machine. Without scenarios, all of them run.

  --rounds N   rounds of each measurement (default 5; with --quick 1)
  --quick      few clients, short measurements: to see that it works, not for figures
  --json FILE  writes every round's figures to a file, too
  --help       shows this`;

export interface Options {
  readonly scenarios: readonly string[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: string | undefined;
}

export type Wish = { readonly kind: 'run'; readonly options: Options } | { readonly kind: 'help' } | { readonly kind: 'wrong'; readonly reason: string };

/** What the command line asks for. */
export function readOptions(argv: readonly string[], known: readonly string[]): Wish {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false }, json: { type: 'string' }, help: { type: 'boolean', default: false } },
    });
    if (values.help) return { kind: 'help' };
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined) return { kind: 'wrong', reason: `there is no scenario ${unknown}; there are ${known.join(', ')}` };
    const rounds = values.rounds === undefined ? (values.quick ? 1 : 5) : Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) return { kind: 'wrong', reason: `--rounds is a whole number from 1, not ${values.rounds}` };
    return { kind: 'run', options: { scenarios: positionals.length === 0 ? known : positionals, rounds, quick: values.quick, json: values.json } };
  } catch (error) {
    return { kind: 'wrong', reason: (error as Error).message };
  }
}
