import { text } from 'node:stream/consumers';
import { Argument, type Command } from 'commander';
import { CliError } from '../cli-error.js';
import type { Act } from '../command-context.js';
import { confirm } from '../confirm.js';
import { EXIT } from '../exit-codes.js';
import type { HttpApi } from '../http-api.js';
import { printable, table } from '../table.js';

interface Link extends Record<string, unknown> {
  readonly id: string;
  readonly name: string;
  readonly state: 'pending' | 'active' | 'paused';
  readonly connected: boolean;
  readonly since?: string;
  readonly words: string;
  readonly confirmedHere: boolean;
  readonly confirmedThere: boolean;
  readonly transit: boolean;
  readonly quarantined?: string;
  readonly queue: { readonly messages: number; readonly oldestAt?: string };
  readonly roundTrip?: number;
  readonly url?: string;
  readonly lastError?: string;
  readonly lastErrorAt?: string;
}

interface Keys {
  readonly id?: string;
  readonly keys: readonly { readonly key: string; readonly expiresAt: string }[];
}

const pathOf = (id: string, what?: string) => `/v1/links/${encodeURIComponent(id)}${what === undefined ? '' : `/${what}`}`;

/** `vestnik link …`: links to other installations. */
export function addLink(program: Command, act: Act): void {
  const link = program.command('link').description('links to other installations: pairing, and how they go (for administrators)');

  act(
    link.command('invite').description('make an invite for another installation: it is pasted there within 30 minutes, and used once'),
    'the invite was not made',
    async ({ adminApi, output }) => {
      const made = (await adminApi().request('POST', '/v1/links/invites')) as { invite: string; expiresAt: string };
      output.result(
        made,
        () =>
          `${output.colours.bold(made.invite)}\n${output.colours.dim(`At the other installation, before ${made.expiresAt}: vestnik link accept <this>. It is not shown again.`)}`,
      );
    },
  );

  act<[string], { name?: string; yes?: boolean }>(
    link
      .command('accept <invite>')
      .description('accept the invite of another installation; - reads it from standard input, where nobody else on the machine sees it')
      .option('--name <name>', 'what it is called here, in addresses (default: what it calls itself)')
      .option('--yes', 'confirm this side at once, without comparing the six words')
      .addHelpText('after', '\nExample: vestnik link accept vestnik-link.eyJ2Ijo… --name head-office'),
    'the invite was not accepted',
    async ({ adminApi, output, around }, { name, yes }, given) => {
      const invite = given === '-' ? (await text(around.stdin)).trim() : given;
      const paired = (await adminApi().request('POST', '/v1/links', { invite, name })) as Link;
      const made = yes === true ? ((await adminApi().request('POST', pathOf(paired.id, 'confirm'), {})) as Link) : paired;
      output.result(made, () => `paired with ${output.colours.bold(made.name)}\n${whatIsLeft(made)}`);
    },
  );

  act(link.command('list').description('list the links, and how they go'), 'the links cannot be listed', async ({ adminApi, output }) => {
    const links = await adminApi().list<Link>('/v1/links');
    output.result(links, () =>
      table(
        ['NAME', 'STATE', 'CONNECTED', 'WAITING', 'OLDEST', 'ROUND TRIP', 'REMARK'],
        links.map((one) => [
          one.name,
          one.quarantined === undefined ? one.state : 'quarantined',
          one.connected ? 'yes' : 'no',
          String(one.queue.messages),
          one.queue.oldestAt ?? '',
          one.roundTrip === undefined ? '' : `${Math.round(one.roundTrip)} ms`,
          remarkOf(one),
        ]),
      ),
    );
  });

  act<[string | undefined], { name?: string; yes?: boolean }>(
    link
      .command('confirm [link]')
      .description('say that both sides show the same six words; without a name the one link that waits for it')
      .option('--name <name>', 'what it is called here from now on')
      .option('--yes', 'do not ask'),
    'the link was not confirmed',
    async ({ adminApi, output, around }, { name, yes }, given) => {
      const found = given === undefined ? await onlyPending(adminApi()) : await find(adminApi(), given);
      await confirm(around, yes === true, `${found.name} must show these words too: ${found.words}.`);
      const made = (await adminApi().request('POST', pathOf(found.id, 'confirm'), { name })) as Link;
      output.result(made, () =>
        made.state === 'pending' ? `confirmed here; the other side confirms too: vestnik link confirm` : `the link ${made.name} is active`,
      );
    },
  );

  for (const [what, description, done] of [
    ['pause', 'pause a link: what is sent waits, and what comes is not taken', 'is paused'],
    ['resume', 'go on with a link that is paused or quarantined', 'goes on'],
  ] as const) {
    act<[string]>(link.command(`${what} <link>`).description(description), 'the link was not changed', async ({ adminApi, output }, _options, given) => {
      const made = (await adminApi().request('POST', pathOf((await find(adminApi(), given)).id, what))) as Link;
      output.result(made, () => `the link ${made.name} ${done}`);
    });
  }

  act<[string, string]>(
    link
      .command('transit <link>')
      .description('say whether an installation may reach our other neighbours through us: two reach each other where both may')
      .addArgument(new Argument('<allow>', 'on or off').choices(['on', 'off'])),
    'the link was not changed',
    async ({ adminApi, output }, _options, given, allow) => {
      const made = (await adminApi().request('POST', pathOf((await find(adminApi(), given)).id, 'transit'), { allow: allow === 'on' })) as Link;
      output.result(made, () => `${made.name} ${made.transit ? 'may' : 'may not'} reach others through this installation`);
    },
  );

  act<[string, string, string]>(
    link.command('quota <link> <messages> <bytes>').description('say how much may wait for the other side; beyond it sends are refused'),
    'the link was not changed',
    async ({ adminApi, output }, _options, given, messages, bytes) => {
      const quota = { messages: Number(messages), bytes: Number(bytes) };
      const made = (await adminApi().request('POST', pathOf((await find(adminApi(), given)).id, 'quota'), quota)) as Link;
      output.result(made, () => `${messages} messages or ${bytes} bytes may wait for ${made.name}`);
    },
  );

  act<[string], { yes?: boolean }>(
    link.command('remove <link>').description('remove a link, and all that is reached through it; what waits for it is refused').option('--yes', 'do not ask'),
    'the link was not removed',
    async ({ adminApi, output, around }, { yes }, given) => {
      const found = await find(adminApi(), given);
      await confirm(around, yes === true, `The link ${found.name} is removed, and ${found.queue.messages} messages that wait for it are refused.`);
      await adminApi().request('DELETE', pathOf(found.id));
      output.result({ removed: found.id }, () => `removed the link ${found.name}`);
    },
  );

  act(link.command('keys').description('list the keys by which others know this installation'), 'the keys cannot be listed', async ({ adminApi, output }) => {
    const own = (await adminApi().get('/v1/links/keys')) as Keys;
    output.result(own, () => keysForPeople(own));
  });

  act(link.command('rotate').description('make a new key; the one before it counts until it expires'), 'no key was made', async ({ adminApi, output }) => {
    const own = (await adminApi().request('POST', '/v1/links/keys/rotate')) as Keys;
    output.result(own, () => keysForPeople(own));
  });

  act<[string]>(
    link.command('revoke <key>').description('take a key back: others refuse it as soon as they hear of it'),
    'the key was not taken back',
    async ({ adminApi, output }, _options, key) => {
      const own = (await adminApi().request('DELETE', `/v1/links/keys/${encodeURIComponent(key)}`)) as Keys;
      output.result(own, () => keysForPeople(own));
    },
  );
}

/** By its name here, or by its id. */
async function find(api: HttpApi, given: string): Promise<Link> {
  const links = await api.list<Link>('/v1/links');
  const found = links.find(({ name }) => name === given) ?? links.find(({ id }) => id === given);
  if (found === undefined) throw new CliError(EXIT.failed, `there is no link ${printable(given)}`, { todo: 'vestnik link list tells what there is.' });
  return found;
}

async function onlyPending(api: HttpApi): Promise<Link> {
  const waiting = (await api.list<Link>('/v1/links')).filter(({ confirmedHere }) => !confirmedHere);
  const [only] = waiting;
  if (only === undefined) throw new CliError(EXIT.failed, 'no link waits for a confirmation here', { todo: 'vestnik link list tells what there is.' });
  if (waiting.length > 1)
    throw new CliError(EXIT.usage, `several wait: ${waiting.map(({ name }) => printable(name)).join(', ')}`, { todo: 'Name one of them.' });
  return only;
}

function whatIsLeft(link: Link): string {
  const words = `The words: ${printable(link.words)}`;
  if (link.confirmedHere) return `${words}\nConfirmed here. If the other side shows the same words: vestnik link confirm, there.`;
  return `${words}\nIf the other side shows the same words (vestnik link list): vestnik link confirm, on both sides.`;
}

function remarkOf(link: Link): string {
  const { state, quarantined, words, confirmedHere, connected, since, url, lastError, lastErrorAt } = link;
  if (quarantined !== undefined) return quarantined;
  if (state === 'pending') return confirmedHere ? `the other side has not confirmed: ${words}` : `not confirmed here: ${words}`;
  // What was wrong before it was connected is over.
  if (connected) return lastErrorAt !== undefined && since !== undefined && lastErrorAt > since ? `${lastError ?? ''} (${lastErrorAt})` : '';
  const down = [
    lastError,
    since === undefined ? undefined : `down since ${since}`,
    url === undefined ? 'it dials here: its own address is not known' : undefined,
  ];
  return down.filter((part) => part !== undefined).join('; ');
}

function keysForPeople({ id, keys }: Keys): string {
  if (id === undefined) return 'links were never used here: there are no keys yet';
  return `this installation is ${id}\n${table(
    ['KEY', 'EXPIRES'],
    keys.map(({ key, expiresAt }) => [key, expiresAt]),
  )}`;
}
