import { text } from 'node:stream/consumers';
import type { RecipientAnswer, SendAnswer, SendParams } from '@vestnik/client';
import type { Command } from 'commander';
import type { Colours } from '../colours.js';
import type { Act, Context } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { tenantPath } from '../http-api.js';
import { withJson } from '../json-member.js';
import { wholeNumber } from '../numbers.js';
import { printable } from '../table.js';

interface SendCommandOptions {
  readonly ttl?: number;
  readonly idempotencyKey?: string;
  readonly receipt?: boolean;
  readonly deliverAt?: string;
  readonly collapseKey?: string;
  readonly correlationId?: string;
  readonly transient?: boolean;
}

/** `vestnik send <to> <type> [data]`: sends one message. */
export function addSend(program: Command, act: Act): void {
  const command = program
    .command('send <to> <type> [data]')
    .description('send a message; data is JSON, or - for what comes on standard input; several recipients are separated by commas')
    .option('--ttl <seconds>', 'how long it may wait', wholeNumber)
    .option('--idempotency-key <key>', 'the same key sends once, however often it is tried (kept for 24 hours)')
    .option('--receipt', 'have the sender told what became of it')
    .option('--deliver-at <time>', 'not before, such as 2027-01-01T06:00:00Z')
    .option('--collapse-key <key>', 'replaces an older one with this key')
    .option('--correlation-id <id>', 'passed on untouched')
    .option('--transient', 'only for who is connected now; kept nowhere')
    .addHelpText('after', `\nExample: vestnik send ivanov order.approved '{"order":"A-17"}'`);

  act<[string, string, string | undefined], SendCommandOptions>(command, 'the message was not sent', async (context, options, to, type, data) => {
    const { ttl, receipt, deliverAt, collapseKey, correlationId, idempotencyKey: key } = options;
    const recipients = to.split(',');
    const message: Omit<SendParams, 'data'> = {
      to: recipients.length === 1 ? to : recipients,
      type,
      durable: options.transient === true ? false : undefined,
      ttl,
      receipt,
      deliverAt,
      collapseKey,
      correlationId,
      key,
    };
    return post(context, message, data);
  });
}

/** Posts a message, and tells what became of it. @param data JSON, or `-` for standard input */
export async function post({ tenantApi, access, around, output }: Context, message: Omit<SendParams, 'data'>, data: string | undefined): Promise<ExitCode> {
  const api = tenantApi();
  const body = withJson(message, 'data', data === '-' ? await text(around.stdin) : data);
  const answer = (await api.request('POST', tenantPath(access.tenant, 'messages'), body)) as SendAnswer;
  output.result(answer, () =>
    [`${answer.id}${answer.duplicate === true ? '  (sent before)' : ''}`, ...answer.to.map((each) => line(each, output.colours))].join('\n'),
  );
  return answer.to.some(({ state }) => state === 'refused') ? EXIT.failed : EXIT.ok;
}

function line({ address, state, sessions, known, error }: RecipientAnswer, { green, yellow, dim }: Colours): string {
  const notes = [
    sessions === undefined ? '' : sessions === 1 ? '1 session' : `${sessions} sessions`,
    known === false ? 'not known before' : '',
    typeof error?.detail === 'string' ? error.detail : '',
  ].filter((note) => note !== '');
  return `  ${printable(address)}  ${(state === 'refused' ? yellow : green)(state)}${notes.length === 0 ? '' : `  ${dim(printable(notes.join(', ')))}`}`;
}
