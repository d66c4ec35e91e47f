import type { Command } from 'commander';
import type { Act } from '../command-context.js';
import { tenantPath } from '../http-api.js';
import { table } from '../table.js';

interface Key {
  readonly id: string;
  readonly title?: string;
  readonly client?: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: string | null;
  readonly key?: string;
}

interface CreateOptions {
  readonly title: string;
  readonly client?: string;
  readonly scope: string;
  readonly expiresAt?: string;
}

const SCOPES_DEFAULT = 'send,call,tokens,read';

/** `vestnik key …`: the API keys of a tenant. */
export function addKey(program: Command, act: Act): void {
  const key = program.command('key').description('API keys of a tenant (for administrators, and for keys with the scope manage)');

  act(
    key.command('list').description('list the keys; the keys themselves are never shown again'),
    'the keys cannot be listed',
    async ({ managingApi, access, output }) => {
      const keys = await managingApi().list<Key>(tenantPath(access.tenant, 'keys'));
      output.result(keys, () =>
        table(
          ['ID', 'TITLE', 'CLIENT', 'SCOPES', 'EXPIRES'],
          keys.map(({ id, title, client, scopes, expiresAt }) => [id, title ?? '', client ?? '', scopes.join(','), expiresAt ?? 'never']),
        ),
      );
    },
  );

  act<[], CreateOptions>(
    key
      .command('create')
      .description('make a key; it is shown once')
      .option('--title <title>', 'what it is for', 'made by vestnik key create')
      .option('--client <name>', 'the client as which it speaks (default: server)')
      .option('--scope <scopes>', 'what it may do: send, call, tokens, read, read:data, manage, broadcast', SCOPES_DEFAULT)
      .option('--expires-at <time>', 'until when, such as 2027-01-01T00:00:00Z'),
    'the key was not made',
    async ({ managingApi, access, output }, { title, client, scope, expiresAt }) => {
      const scopes = scope.split(/[\s,]+/).filter((word) => word !== '');
      const made = (await managingApi().request('POST', tenantPath(access.tenant, 'keys'), { title, client, scopes, expiresAt })) as Key;
      output.result(
        made,
        () => `${output.colours.bold(made.key ?? '')}\n${output.colours.dim(`This is key ${made.id} of ${access.tenant}. It is not shown again.`)}`,
      );
    },
  );

  act<[string]>(
    key.command('delete <id>').description('delete a key; sessions that it opened end'),
    'the key was not deleted',
    async ({ managingApi, access, output }, _options, id) => {
      await managingApi().request('DELETE', tenantPath(access.tenant, 'keys', id));
      output.result({ deleted: id }, () => `deleted the key ${id}`);
    },
  );
}
