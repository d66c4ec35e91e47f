import type { DeliveredMessage } from '@vestnik/client';
import type { Command } from 'commander';
import { holdSession } from '../as-client.js';
import type { Colours } from '../colours.js';
import type { Act } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
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
    (context, { device, ack, count }, name) => {
      const { output } = context;
      let left = count ?? Number.POSITIVE_INFINITY;
      return holdSession(context, { doing: 'listening', name, device, acknowledge: ack }, ({ client, finish }) => {
        client.onMessage((message) => {
          output.line(output.json ? JSON.stringify(message) : lineOf(message, output.colours));
          left -= 1;
          if (left > 0) return;
          // At once, so that the next message is not taken; not awaited, because it waits for this handler.
          void client.close();
          finish(EXIT.ok);
        });
        client.on('retract', ({ ids, reason }) => output.remark(`${reason}: ${ids.join(', ')}`));
      });
    },
  );
}

/** A message on one line, for people. */
export function lineOf({ sentAt, from, type, data, dataRef }: DeliveredMessage, { dim, cyan, bold }: Colours): string {
  const time = new Date(sentAt).toLocaleTimeString('en-GB');
  return `${dim(time)} ${cyan(printable(from))} ${bold(printable(type))} ${printable(dataRef ?? JSON.stringify(data ?? null))}`;
}
