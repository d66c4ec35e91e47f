import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench -- [scenario …] [--rounds N] [--quick] [--messages N] [--json FILE]

Measures Vestnik beside its floors on this machine. Without scenarios, all of them run but "large", which
fills a database first and takes a quarter of an hour and 10 GB of disk.

  --rounds N   rounds of each measurement (default 5; with --quick 1)
  --quick      few clients, short measurements: to see that it works, not for figures
  --messages N how many messages the scenario "large" fills in (default 10000000; with --quick 200000)
  --json FILE  writes every round's figures to a file, too
  --help       shows this`;

export interface Options {
  readonly scenarios: readonly string[];
  readonly rounds: number;
  readonly quick: boolean;
  /** How many messages a large log has. */
  readonly messages: number;
  readonly json: string | undefined;
}

export type Wish = { readonly kind: 'run'; readonly options: Options } | { readonly kind: 'help' } | { readonly kind: 'wrong'; readonly reason: string };

/**
 * What the command line asks for.
 *
 * @param byDefault the scenarios that run when none is named
 */
export function readOptions(argv: readonly string[], known: readonly string[], byDefault: readonly string[] = known): Wish {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        messages: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined) return { kind: 'wrong', reason: `there is no scenario ${unknown}; there are ${known.join(', ')}` };
    const rounds = values.rounds === undefined ? (values.quick ? 1 : 5) : Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) return { kind: 'wrong', reason: `--rounds is a whole number from 1, not ${values.rounds}` };
    const messages = values.messages === undefined ? (values.quick ? 200_000 : 10_000_000) : Number(values.messages);
    if (!Number.isInteger(messages) || messages < 100_000) return { kind: 'wrong', reason: `--messages is a whole number from 100000, not ${values.messages}` };
    const scenarios = positionals.length === 0 ? byDefault : positionals;
    return { kind: 'run', options: { scenarios, rounds, quick: values.quick, messages, json: values.json } };
  } catch (error) {
    return { kind: 'wrong', reason: (error as Error).message };
  }
}
