import type { Command } from 'commander';
import { AnsweringCommand } from '../answering-command.js';
import { AS_OPTION, holdSession } from '../as-client.js';
import type { Act } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { wholeNumber } from '../numbers.js';
import { Slots } from '../slots.js';
import { printable } from '../table.js';

interface ServeOptions {
  readonly as?: string;
  readonly concurrency: number;
  readonly drain: number;
  readonly count?: number;
}

const CONCURRENCY_DEFAULT = 4;
const DRAIN_SECONDS_DEFAULT = 30;

/** `vestnik serve <method> -- command`: answers calls from a command's output. */
export function addServe(program: Command, act: Act): void {
  act<[string, string, string[]], ServeOptions>(
    program
      .command('serve <method> <command> [args...]')
      .description('answer calls of a method from a command’s output, until Ctrl+C')
      .usage('[options] <method> -- <command> [args...]')
      .option(...AS_OPTION)
      .option('--concurrency <number>', 'so many at a time, the others wait', wholeNumber, CONCURRENCY_DEFAULT)
      .option('--drain <seconds>', 'after Ctrl+C, how long to wait for what is running; a second Ctrl+C ends it', wholeNumber, DRAIN_SECONDS_DEFAULT)
      .option('--count <number>', 'end after so many answers', wholeNumber)
      .addHelpText(
        'after',
        `
The command gets the params as JSON on standard input and, up to 32 Ki characters, in VESTNIK_PARAMS; VESTNIK_METHOD,
VESTNIK_FROM and VESTNIK_DEADLINE say the rest. What it prints is the result: JSON, or else text. If it does not exit
with 0, the caller gets an error with the last line of its standard error. It is ended when nobody waits any more.

Examples:
  vestnik serve uptime -- uptime
  vestnik serve stock --as warehouse --concurrency 1 -- python3 stock.py`,
      ),
    'calls cannot be answered',
    (context, { as, concurrency, drain, count }, method, command, args) => {
      const { around, output } = context;
      const answering = new AnsweringCommand(command, args, around);
      const slots = new Slots(concurrency);
      let left = count ?? Number.POSITIVE_INFINITY;
      const interrupted = (times: number) => {
        if (times === 1) output.remark('finishing what is running; once more Ctrl+C ends it');
        else answering.endAll();
      };
      return holdSession(
        context,
        { doing: `serving ${method}`, name: as, bystander: true, closeTimeoutMs: drain * 1_000, interrupted },
        ({ client, finish }) => {
          client.handle(method, async (params, { from, deadline, signal }) => {
            let said = 'answered';
            try {
              return await slots.run(() => answering.answer({ method, params, from, deadline, signal }), signal);
            } catch (error) {
              said = signal.aborted ? 'given up' : `failed: ${error instanceof Error ? error.message : String(error)}`;
              throw error;
            } finally {
              if (output.json) output.line(JSON.stringify({ method, from, outcome: said }));
              else output.line(`${output.colours.cyan(printable(from))} ${printable(said)}`);
              left -= 1;
              if (left <= 0) finish(EXIT.ok);
            }
          });
        },
      );
    },
  );
}
