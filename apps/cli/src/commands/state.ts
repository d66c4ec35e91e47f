import type { MessageStatus, RecipientStatus } from '@vestnik/client';
import type { Command } from 'commander';
import type { Act } from '../command-context.js';
import { tenantPath } from '../http-api.js';
import { printable, table } from '../table.js';

/** `vestnik state <id>`: what has become of a message. */
export function addState(program: Command, act: Act): void {
  act<[string]>(
    program.command('state <id>').description('what has become of a message, for each recipient'),
    'the state of the message cannot be told',
    async ({ tenantApi, access, output }, _options, id) => {
      const status = (await tenantApi().get(tenantPath(access.tenant, 'messages', id))) as MessageStatus;
      output.result(status, () => {
        const { type, from, sentAt, expiresAt, counts, to = [] } = status;
        const head = `${output.colours.bold(printable(type))} from ${printable(from)}, sent ${sentAt}${expiresAt === undefined ? '' : `, expires ${expiresAt}`}`;
        const sums =
          counts === undefined
            ? []
            : [
                Object.entries(counts)
                  .map(([state, count]) => `${state}: ${count}`)
                  .join(', '),
              ];
        return [head, ...sums, table(['RECIPIENT', 'STATE', 'AT', 'REASON'], to.map(row))].join('\n');
      });
    },
  );
}

function row({ address, state, at, reason, arrivedAt }: RecipientStatus): string[] {
  return [address, state, at ?? '', reason ?? (state === 'queued' && arrivedAt !== undefined ? 'it is at the other installation' : '')];
}
