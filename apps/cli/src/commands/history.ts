import type { HistoryResult } from '@vestnik/client';
import type { Command } from 'commander';
import { AS_OPTION, callAs } from '../as-client.js';
import type { Act } from '../command-context.js';
import { wholeNumber } from '../numbers.js';
import { printable, table } from '../table.js';

interface HistoryOptions {
  readonly as?: string;
  readonly with?: string;
  readonly topic?: string;
  readonly before?: string;
  readonly after?: string;
  readonly limit?: number;
}

/** `vestnik history`: what a client has received and sent. */
export function addHistory(program: Command, act: Act): void {
  act<[], HistoryOptions>(
    program
      .command('history')
      .description('what a client has received and sent, newest first; with --after oldest first')
      .option(...AS_OPTION)
      .option('--with <address>', 'only with this partner')
      .option('--topic <topic>', 'only of this topic, or pattern of topics, without a leading #')
      .option('--before <position>', 'older than this')
      .option('--after <position>', 'newer than this')
      .option('--limit <number>', 'so many at most (default: 100)', wholeNumber)
      .addHelpText('after', `\nExamples:\n  vestnik history --as ivanov --with petrov\n  vestnik history --topic 'orders/+' --limit 10 --json`),
    'the history cannot be read',
    async (context, { as, with: partner, topic, before, after, limit }) => {
      const { output } = context;
      const found: HistoryResult = await callAs(context, as, 'history', { with: partner, topic, before, after, limit });
      output.result(found, () =>
        table(
          ['SENT', 'FROM', 'TO', 'TYPE', 'DATA'],
          found.messages.map(({ sentAt, from, to, type, data, dataRef }) => [sentAt, from, to, type, dataRef ?? JSON.stringify(data ?? null)]),
        ),
      );
      const last = found.messages.at(-1)?.position;
      if (!found.more || last === undefined || output.json) return;
      output.remark(`there are more: ${after === undefined ? '--before' : '--after'} ${printable(last)}`);
    },
  );
}
