import { type Command, Option } from 'commander';
import type { Colours } from '../colours.js';
import type { Act } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { printable } from '../table.js';

type Verdict = 'ok' | 'warning' | 'fails' | 'skipped';

interface Step {
  readonly step: string;
  readonly verdict: Verdict;
  readonly detail: string;
  readonly page?: string;
}

interface Diagnosis {
  readonly from: string;
  readonly to: string;
  readonly use: string;
  readonly as: 'key' | 'token';
  readonly reachable: boolean;
  readonly firstFailure?: number;
  readonly steps: readonly Step[];
}

/** `vestnik why <from> <to>`: why one address cannot reach another, and what mends it. */
export function addWhy(program: Command, act: Act): void {
  act<[string, string], { use: string; as?: string }>(
    program
      .command('why <from> <to>')
      .description('why one address cannot reach another: the way of a message, step by step, and what mends the first thing that fails (for administrators)')
      .addOption(new Option('--use <use>', 'what it is that does not arrive').choices(['send', 'call', 'presence']).default('send'))
      .addOption(new Option('--as <credential>', 'how <from> shows who it is (default: with a key where one speaks for it)').choices(['key', 'token']))
      .addHelpText(
        'after',
        '\nExits with 0 where it is reachable, with 1 where something fails.\nExample: vestnik why shop@sales ivanov@accounting --use call',
      ),
    'it cannot be said why',
    async ({ adminApi, access, output }, { use, as }, from, to) => {
      const query = new URLSearchParams({ from, to, use, ...(as === undefined ? {} : { as }) });
      const found = (await adminApi().get(`/v1/diagnose?${query}`)) as Diagnosis;
      output.result(found, () => [...listed(found, output.colours), '', ...advice(found, output.colours, access.url)].join('\n'));
      return found.reachable ? EXIT.ok : EXIT.failed;
    },
  );
}

function listed({ from, to, use, as, steps }: Diagnosis, colours: Colours): string[] {
  const width = Math.max(...steps.map(({ step }) => step.length));
  const head = `${colours.bold(`${printable(from)} → ${printable(to)}`)} ${colours.dim(`(${use}, with a ${as})`)}`;
  return [head, ...steps.map(({ step, verdict, detail }) => `  ${markOf(verdict, colours)} ${step.padEnd(width)}  ${printable(detail)}`)];
}

function markOf(verdict: Verdict, { green, yellow, red, dim }: Colours): string {
  switch (verdict) {
    case 'ok':
      return green('✓');
    case 'warning':
      return yellow('!');
    case 'fails':
      return red('✗');
    default:
      return dim('-');
  }
}

/** What to do, at the end, where the eye is. */
function advice({ reachable, firstFailure = -1, steps }: Diagnosis, { green, red, yellow }: Colours, url: string): string[] {
  const failed = steps[firstFailure];
  if (!reachable && failed !== undefined) return [`${red('It does not arrive:')} ${printable(failed.detail)}`, ...pageOf(failed, url)];
  const warned = steps.filter(({ verdict }) => verdict === 'warning');
  const [first] = warned;
  if (first === undefined) return [green('It arrives.')];
  return [`${yellow('It is taken, but:')} ${printable(first.detail)}`, ...pageOf(first, url)];
}

function pageOf({ page }: Step, url: string): string[] {
  return page === undefined ? [] : [`Mend it at ${url}/console${printable(page)}`];
}
