import type { Presence } from '@vestnik/client';
import type { Command } from 'commander';
import { AS_OPTION, callAs, holdSession } from '../as-client.js';
import type { Colours } from '../colours.js';
import type { Act } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { wholeNumber } from '../numbers.js';
import { printable, table } from '../table.js';

interface AsOption {
  readonly as?: string;
}

/** `vestnik presence …`: who is here, and how. */
export function addPresence(program: Command, act: Act): void {
  const presence = program.command('presence').description('who is here, and how');

  act<[string[]], AsOption>(
    presence
      .command('get <clients...>')
      .description('tell how clients are now')
      .option(...AS_OPTION),
    'the presence cannot be told',
    async (context, { as }, names) => {
      const { clients } = await callAs(context, as, 'presence.get', { clients: names });
      context.output.result(clients, () =>
        table(
          ['CLIENT', 'ONLINE', 'STATUS', 'TEXT', 'SINCE', 'SESSIONS'],
          clients.map(({ client, online, status, text, since, sessions }) => [
            client,
            online ? 'yes' : 'no',
            status ?? '',
            text ?? '',
            since ?? '',
            String(sessions),
          ]),
        ),
      );
    },
  );

  act<[string[]], AsOption & { count?: number }>(
    presence
      .command('watch <clients...>')
      .description('print how clients are now, and each change as it comes, until Ctrl+C')
      .option(...AS_OPTION)
      .option('--count <number>', 'end after so many lines', wholeNumber)
      .addHelpText('after', '\nExample: vestnik presence watch ivanov petrov --as dispatcher'),
    'the presence cannot be watched',
    (context, { as, count }, names) => {
      const { output } = context;
      let left = count ?? Number.POSITIVE_INFINITY;
      // Changes that came with the answer are newer than it.
      let early: Presence[] | undefined = [];
      return holdSession(
        context,
        { doing: 'watching', name: as, bystander: true },
        ({ client, finish }) => {
          client.on('presence', (now) => (early === undefined ? print(now, finish) : early.push(now)));
        },
        async ({ client, finish }) => {
          const first = await client.presence.watch(names);
          const changes = early ?? [];
          early = undefined;
          for (const now of [...first, ...changes]) print(now, finish);
        },
      );

      function print(now: Presence, finish: (code: typeof EXIT.ok) => void): void {
        if (left <= 0) return;
        output.line(output.json ? JSON.stringify(now) : lineOf(now, output.colours));
        left -= 1;
        if (left <= 0) finish(EXIT.ok);
      }
    },
  );

  act<[string, string | undefined], AsOption>(
    presence
      .command('set <status> [text]')
      .description('hold a session with this status until Ctrl+C: a status lives as long as the session that set it')
      .option(...AS_OPTION)
      .addHelpText('after', `\nExample: vestnik presence set busy 'closing the month' --as ivanov`),
    'the status was not set',
    (context, { as }, status, words) =>
      holdSession(
        context,
        { doing: `being ${status}`, name: as, bystander: true },
        () => undefined,
        ({ client }) => client.presence.set(status, words),
      ),
  );
}

function lineOf({ client, online, status, text, since }: Presence, { cyan, green, dim }: Colours): string {
  const state = online ? green('online') : dim('offline');
  const words = [status, text].filter((word) => word !== undefined).join(': ');
  return `${cyan(printable(client))} ${state}${words === '' ? '' : ` ${printable(words)}`}${since === undefined ? '' : ` ${dim(`since ${since}`)}`}`;
}
