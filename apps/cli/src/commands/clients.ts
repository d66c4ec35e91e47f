import type { Command } from 'commander';
import type { Act } from '../command-context.js';
import { tenantPath } from '../http-api.js';
import { table } from '../table.js';

interface Client {
  readonly client: string;
  readonly title?: string;
  readonly online: boolean;
  readonly sessions: readonly unknown[];
  readonly seenAt?: string;
}

/** `vestnik clients`: who is known to a tenant, and who is here. */
export function addClients(program: Command, act: Act): void {
  act(program.command('clients').description('list the clients of a tenant'), 'the clients cannot be listed', async ({ readingApi, access, output }) => {
    const clients = await readingApi().list<Client>(tenantPath(access.tenant, 'clients'));
    output.result(clients, () =>
      table(
        ['CLIENT', 'TITLE', 'SESSIONS', 'LAST SEEN'],
        clients.map(({ client, title, sessions, online, seenAt }) => [client, title ?? '', String(sessions.length), online ? 'now' : (seenAt ?? 'never')]),
      ),
    );
  });
}
