import type { CommonOptions } from './access.js';
import { type CliError } from './cli-error.js';
import { type Colours, coloursOf, wantsColours } from './colours.js';
import type { Surroundings } from './surroundings.js';
import { printable } from './table.js';

/** Where a command's results and troubles go. Results are for people, or with `--json` for programs; troubles always go to stderr. */
export class Output {
  readonly colours: Colours;
  readonly json: boolean;
  private readonly errorColours: Colours;

  constructor(
    private readonly around: Surroundings,
    options: Pick<CommonOptions, 'json' | 'color'>,
  ) {
    const { env, stdout, stderr } = around;
    this.json = options.json === true;
    this.colours = coloursOf(wantsColours({ color: options.color, env, isTerminal: stdout.isTTY === true }));
    this.errorColours = coloursOf(wantsColours({ color: options.color, env, isTerminal: stderr.isTTY === true }));
  }

  line(text: string): void {
    this.around.stdout.write(`${text}\n`);
  }

  /** The result as one JSON document on one line, or as people like to read it. */
  result(value: unknown, forPeople: () => string): void {
    this.line(this.json ? JSON.stringify(value) : forPeople());
  }

  /** A word beside the results, which scripts do not want. */
  remark(text: string): void {
    this.around.stderr.write(`${this.errorColours.dim(printable(text))}\n`);
  }

  error({ what, more: { why, todo, slug }, exitCode }: CliError): void {
    if (this.json) {
      this.around.stderr.write(`${JSON.stringify({ error: { what, why, todo, slug, exitCode } })}\n`);
      return;
    }
    const { red, bold } = this.errorColours;
    this.around.stderr.write(`${red(bold('error:'))} ${what}${why === undefined ? '' : why.startsWith('\n') ? `:${why}` : `: ${why}`}\n`);
    if (todo !== undefined) this.around.stderr.write(`${todo}\n`);
  }
}
