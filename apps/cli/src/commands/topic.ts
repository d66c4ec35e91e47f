import type { Command } from 'commander';
import type { Act } from '../command-context.js';
import { tenantPath } from '../http-api.js';
import { wholeNumber } from '../numbers.js';
import { table } from '../table.js';
import { post } from './send.js';

interface Topic {
  readonly topic: string;
  readonly subscribers: number;
  readonly lastAt?: string;
  readonly retained?: string;
}

interface Subscriber {
  readonly client: string;
  readonly pattern: string;
}

/** `vestnik topic …`: topics, who is subscribed to them, and publishing. */
export function addTopic(program: Command, act: Act): void {
  const topic = program.command('topic').description('topics: who is subscribed, and publishing; a topic is written without a leading #');

  act<[], { search?: string }>(
    topic.command('list').description('list the topics').option('--search <text>', 'only those with this in their name'),
    'the topics cannot be listed',
    async ({ readingApi, access, output }, { search }) => {
      const found = await readingApi().list<Topic>(tenantPath(access.tenant, 'topics'), { search });
      output.result(found, () =>
        table(
          ['TOPIC', 'SUBSCRIBERS', 'LAST MESSAGE', 'RETAINED'],
          found.map(({ topic: name, subscribers, lastAt, retained }) => [name, String(subscribers), lastAt ?? '', retained ?? '']),
        ),
      );
    },
  );

  act<[string]>(
    topic.command('subscribers <topic>').description('list who is subscribed to a topic, by its name or by a pattern'),
    'the subscribers cannot be listed',
    async ({ readingApi, access, output }, _options, name) => {
      const found = await readingApi().list<Subscriber>(tenantPath(access.tenant, 'topics', withoutHash(name), 'subscribers'));
      output.result(found, () =>
        table(
          ['CLIENT', 'BY'],
          found.map(({ client, pattern }) => [client, pattern]),
        ),
      );
    },
  );

  act<[string, string]>(
    topic
      .command('subscribe <topic> <client>')
      .description('subscribe a client to a topic, or to a pattern: + stands for one level, # at the end for any number')
      .addHelpText('after', `\nExamples:\n  vestnik topic subscribe orders/eu ivanov\n  vestnik topic subscribe 'orders/#' dispatcher`),
    'the client was not subscribed',
    async ({ managingApi, access, output }, _options, name, client) => {
      const pattern = withoutHash(name);
      await managingApi().request('PUT', tenantPath(access.tenant, 'topics', pattern, 'subscribers', client));
      output.result({ topic: pattern, client }, () => `${client} is subscribed to ${pattern}`);
    },
  );

  act<[string, string]>(
    topic.command('unsubscribe <topic> <client>').description('end a client’s subscription'),
    'the subscription was not ended',
    async ({ managingApi, access, output }, _options, name, client) => {
      const pattern = withoutHash(name);
      await managingApi().request('DELETE', tenantPath(access.tenant, 'topics', pattern, 'subscribers', client));
      output.result({ topic: pattern, client }, () => `${client} is not subscribed to ${pattern} any more`);
    },
  );

  act<[string, string, string | undefined], { retain?: boolean; ttl?: number; collapseKey?: string }>(
    topic
      .command('publish <topic> <type> [data]')
      .description('send a message to all who are subscribed; data is JSON, or - for what comes on standard input')
      .option('--retain', 'keep it for new subscribers that ask for the last one')
      .option('--ttl <seconds>', 'how long it may wait', wholeNumber)
      .option('--collapse-key <key>', 'replaces an older one with this key')
      .addHelpText('after', `\nExample: vestnik topic publish rates/eur rate.changed '{"rate":1.08}' --retain`),
    'the message was not published',
    (context, { retain, ttl, collapseKey }, name, type, data) => post(context, { to: `#${withoutHash(name)}`, type, retain, ttl, collapseKey }, data),
  );
}

/** An address of a topic begins with `#`; a topic itself does not, but the pattern for all of them is `#` alone. */
function withoutHash(name: string): string {
  return name.length > 1 && name.startsWith('#') ? name.slice(1) : name;
}
