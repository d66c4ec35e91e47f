import type { Command } from 'commander';
import type { Act } from '../command-context.js';
import { tenantPath } from '../http-api.js';
import { table } from '../table.js';

interface DeadLetter {
  readonly id: string;
  readonly client: string;
  readonly from: string;
  readonly type: string;
  readonly reason: string;
  readonly at: string;
}

/** `vestnik dead-letters …`: what was refused or could not be delivered. */
export function addDeadLetters(program: Command, act: Act): void {
  const letters = program.command('dead-letters').description('what was refused or could not be delivered');

  act<[], { client?: string }>(
    letters.command('list').description('list them').option('--client <name>', 'only those of this client'),
    'the dead letters cannot be listed',
    async ({ readingApi, access, output }, { client: only }) => {
      const found = await readingApi().list<DeadLetter>(tenantPath(access.tenant, 'dead-letters'), { client: only });
      output.result(found, () =>
        table(
          ['ID', 'CLIENT', 'FROM', 'TYPE', 'AT', 'REASON'],
          found.map(({ id, client, from, type, at, reason }) => [id, client, from, type, at, reason]),
        ),
      );
    },
  );

  act<[], { client?: string }>(
    letters
      .command('replay-all')
      .description('send all of them once more, oldest first; ends at the first that cannot be sent')
      .option('--client <name>', 'only those of this client'),
    'the dead letters were not all sent again',
    async ({ managingApi, access, output }, { client: only }) => {
      const api = managingApi();
      const found = await api.list<DeadLetter>(tenantPath(access.tenant, 'dead-letters'), { client: only });
      const ids = found.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)).map(({ id }) => id);
      for (const id of ids) await api.request('POST', tenantPath(access.tenant, 'dead-letters', id, 'replay'));
      output.result({ replayed: ids }, () => `sent ${ids.length} once more`);
    },
  );

  act<[string]>(
    letters.command('replay <id>').description('send it once more'),
    'the dead letter was not sent again',
    async ({ managingApi, access, output }, _options, id) => {
      const answer = await managingApi().request('POST', tenantPath(access.tenant, 'dead-letters', id, 'replay'));
      output.result(answer ?? { replayed: id }, () => `sent ${id} once more`);
    },
  );

  act<[string]>(
    letters.command('delete <id>').description('forget it'),
    'the dead letter was not deleted',
    async ({ managingApi, access, output }, _options, id) => {
      await managingApi().request('DELETE', tenantPath(access.tenant, 'dead-letters', id));
      output.result({ deleted: id }, () => `deleted ${id}`);
    },
  );
}
