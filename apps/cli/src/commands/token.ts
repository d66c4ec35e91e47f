import type { Command } from 'commander';
import type { Act } from '../command-context.js';
import { tenantPath } from '../http-api.js';
import { wholeNumber } from '../numbers.js';

interface TokenOptions {
  readonly ttl?: number;
  readonly scope?: string;
}

/** `vestnik token <client>`: a token with which a client can connect. */
export function addToken(program: Command, act: Act): void {
  act<[string], TokenOptions>(
    program
      .command('token <client>')
      .description('mint a token for a client (needs a key with the scope tokens)')
      .option('--ttl <seconds>', 'how long it is good (default: an hour)', wholeNumber)
      .option('--scope <scopes>', 'what it may do: receive, send, call, subscribe, presence, history, broadcast (default: all but broadcast)'),
    'the token was not minted',
    async ({ tenantApi, access, output }, { ttl, scope }, client) => {
      const body = { client, ttl, scope: scope?.split(/[\s,]+/).filter((word) => word !== '') };
      const made = (await tenantApi().request('POST', tenantPath(access.tenant, 'tokens'), body)) as { token: string; expiresAt: string };
      // The token alone, so that it can go into a variable.
      output.result(made, () => made.token);
    },
  );
}
