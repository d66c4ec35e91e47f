import type { DeliveredMessage } from '@vestnik/client';
import { VestnikClient } from '@vestnik/client';
import type { Command } from 'commander';
import { explain } from '../cli-error.js';
import type { Colours } from '../colours.js';
import type { Act, Context } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { tenantPath } from '../http-api.js';
import { wholeNumber } from '../numbers.js';
import { printable } from '../table.js';

interface ListenOptions {
  readonly device?: string;
  /** `false`: `--no-ack` was given. */
  readonly ack: boolean;
  readonly count?: number;
}

/** `vestnik listen <client>`: prints what a client is sent, as it comes. */
export function addListen(program: Command, act: Act): void {
  act<[string], ListenOptions>(
    program
      .command('listen <client>')
      .description('print what a client is sent, as it comes; comes back by itself after an interruption')
      .option('--device <name>', 'have a position of its own under this name')
      .option('--no-ack', 'acknowledge nothing: all of it comes again')
      .option('--count <number>', 'end after so many messages', wholeNumber),
    'nothing can be listened to',
    listen,
  );
}

async function listen(context: Context, { device, ack, count }: ListenOptions, name: string): Promise<ExitCode> {
  const { access, around, output } = context;
  const client = new VestnikClient({ url: access.url, tenant: access.tenant, token: tokenFor(context, name), device, acknowledge: ack, app: 'vestnik listen' });
  let finish: (exitCode: ExitCode) => void = () => undefined;
  const finished = new Promise<ExitCode>((resolve) => {
    finish = resolve;
  });
  const interrupted = () => finish(EXIT.ok);
  around.on('SIGINT', interrupted);
  around.on('SIGTERM', interrupted);

  let left = count ?? Number.POSITIVE_INFINITY;
  client.onMessage((message) => {
    output.line(output.json ? JSON.stringify(message) : lineOf(message, output.colours));
    left -= 1;
    if (left > 0) return;
    // At once, so that the next message is not taken; not awaited, because it waits for this handler.
    void client.close();
    finish(EXIT.ok);
  });
  client.on('retract', ({ ids, reason }) => output.remark(`${reason}: ${ids.join(', ')}`));
  client.on('gap', ({ reason, from, to }) => output.remark(`messages may be missing between ${from} and ${to} (${reason})`));
  client.on('error', (error) => output.remark(error.message));
  let connectedBefore = false;
  client.on('connected', ({ client: address, missed }) => {
    output.remark(`${connectedBefore ? 'connected again' : 'listening'} as ${address}${missed > 0 ? `, ${missed} waiting` : ''}`);
    connectedBefore = true;
  });
  client.on('disconnected', ({ reconnectInMs, error }) => {
    if (!connectedBefore) return;
    if (reconnectInMs !== undefined) {
      output.remark(`disconnected (${error.detail === '' ? error.slug : error.detail}), again in ${(reconnectInMs / 1000).toFixed(1)} s`);
      return;
    }
    const told = explain(error, { what: 'the bus ended the session', url: access.url });
    output.error(told);
    finish(told.exitCode);
  });

  try {
    await Promise.race([client.connect({ attempts: 1 }), finished]);
    return await finished;
  } finally {
    around.off('SIGINT', interrupted);
    around.off('SIGTERM', interrupted);
    await client.close();
  }
}

/** With a tenant's key a token is minted for the client, anew whenever one is needed; a client's token is used as it is. */
function tokenFor({ access, tenantApi }: Context, client: string): string | (() => Promise<string>) {
  const key = access.tenantKey();
  if (!key.startsWith('vk_')) return key;
  const api = tenantApi();
  return async () => {
    const { token } = (await api.request('POST', tenantPath(access.tenant, 'tokens'), { client })) as { token: string };
    return token;
  };
}

/** A message on one line, for people. */
export function lineOf({ sentAt, from, type, data, dataRef }: DeliveredMessage, { dim, cyan, bold }: Colours): string {
  const time = new Date(sentAt).toLocaleTimeString('en-GB');
  return `${dim(time)} ${cyan(printable(from))} ${bold(printable(type))} ${printable(dataRef ?? JSON.stringify(data ?? null))}`;
}
