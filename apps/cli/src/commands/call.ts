import { text } from 'node:stream/consumers';
import type { CallAnswer } from '@vestnik/client';
import { type Command, Option } from 'commander';
import type { Act } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { tenantPath } from '../http-api.js';
import { withJson } from '../json-member.js';
import { seconds } from '../numbers.js';
import { printable } from '../table.js';

interface CallOptions {
  readonly timeout?: number;
  readonly answer?: string;
}

type Answer = { result: unknown; from: string } | { answers: CallAnswer[]; missing: number };

const TIMEOUT_DEFAULT = 15;
/** The bus answers in time; this is for the way. */
const SLACK_MS = 15_000;

/** `vestnik call <to> <method> [params]`: calls a client and waits for its answer. */
export function addCall(program: Command, act: Act): void {
  act<[string, string, string | undefined], CallOptions>(
    program
      .command('call <to> <method> [params]')
      .description('call a client, or one session of it, and print its answer; params are JSON, or - for what comes on standard input')
      .option('--timeout <seconds>', `how long to wait, 0.1 to 120 (default: ${TIMEOUT_DEFAULT})`, seconds)
      .addOption(
        new Option('--answer <which>', 'first: call all its sessions, the first result counts; all: print every answer, also of #topic and *').choices([
          'one',
          'first',
          'all',
        ]),
      )
      .addHelpText(
        'after',
        `\nExamples:\n  vestnik call ivanov openForm '{"order":"A-17"}'\n  vestnik call ivanov@accounting ping --timeout 2\n  vestnik call '#cashiers' version --answer all`,
      ),
    'the call has failed',
    async ({ tenantApi, access, around, output }, { timeout, answer }, to, method, params) => {
      const api = tenantApi();
      const body = withJson({ to, method, timeout, answer }, 'params', params === '-' ? await text(around.stdin) : params);
      const withinMs = (timeout ?? TIMEOUT_DEFAULT) * 1_000 + SLACK_MS;
      const answered = await api.text('POST', tenantPath(access.tenant, 'calls'), body, withinMs);
      const read = JSON.parse(answered) as Answer;
      if (output.json) output.line(answered.trim());
      else if ('answers' in read) {
        for (const each of read.answers) {
          const said = 'error' in each ? output.colours.yellow(`error ${JSON.stringify(each.error)}`) : printable(JSON.stringify(each.result));
          output.line(`${output.colours.cyan(printable(each.from))}  ${said}`);
        }
        if (read.missing > 0) output.remark(`${read.missing} gave no answer in time`);
      } else {
        const lines = JSON.stringify(read.result ?? null, undefined, 2).split('\n');
        output.line(lines.map(printable).join('\n'));
      }
      if (!('answers' in read)) return EXIT.ok;
      return read.answers.some((each) => 'result' in each) ? EXIT.ok : EXIT.failed;
    },
  );
}
