import type { WithdrawResult } from '@vestnik/client';
import type { Command } from 'commander';
import type { Act } from '../command-context.js';
import { tenantPath } from '../http-api.js';
import { table } from '../table.js';

/** `vestnik withdraw <id>`: takes a message back. */
export function addWithdraw(program: Command, act: Act): void {
  act<[string]>(
    program.command('withdraw <id>').description('take a message back from all that have not acknowledged it'),
    'the message was not withdrawn',
    async ({ tenantApi, access, output }, _options, id) => {
      const result = (await tenantApi().request('DELETE', tenantPath(access.tenant, 'messages', id))) as WithdrawResult;
      output.result(result, () =>
        table(
          ['RECIPIENT', 'STATE'],
          result.to.map(({ address, state }) => [address, state]),
        ),
      );
    },
  );
}
