import { type Command, Option } from 'commander';
import type { Act } from '../command-context.js';
import { fields } from '../fields.js';
import { tenantPath } from '../http-api.js';

interface Webhook extends Record<string, unknown> {
  readonly url: string;
  readonly state: string;
  /** Only where it was made just now. */
  readonly secret?: string;
}

interface SetOptions {
  readonly secret?: string;
  readonly format?: string;
}

/** `vestnik webhook …`: where what a client is sent is POSTed to. */
export function addWebhook(program: Command, act: Act): void {
  const webhook = program.command('webhook').description('where what a client is sent is POSTed to, in order and signed (Standard Webhooks)');

  act<[string, string], SetOptions>(
    webhook
      .command('set <client> <url>')
      .description('have what a client is sent POSTed to a URL; begins anew where it was paused')
      .option('--secret <secret>', 'sign with this one, whsec_… (VESTNIK_WEBHOOK_SECRET; default: the one before stays, or one is made and shown once)')
      .addOption(new Option('--format <format>', 'what the body is (default: json-rpc)').choices(['json-rpc', 'cloudevents']))
      .addHelpText('after', '\nExample: vestnik webhook set shop https://shop.example/vestnik'),
    'the webhook was not set',
    async ({ managingApi, access, around, output }, { secret = around.env.VESTNIK_WEBHOOK_SECRET, format }, client, url) => {
      const made = (await managingApi().request('PUT', tenantPath(access.tenant, 'clients', client, 'webhook'), { url, secret, format })) as Webhook;
      output.result(made, () => {
        const said = `what ${client} is sent goes to ${made.url}`;
        if (made.secret === undefined) return said;
        return `${output.colours.bold(made.secret)}\n${output.colours.dim(`This signs it, and is not shown again: ${said}.`)}`;
      });
    },
  );

  act<[string]>(
    webhook.command('show <client>').description('show a webhook, and how its deliveries go'),
    'the webhook cannot be shown',
    async ({ readingApi, access, output }, _options, client) => {
      const found = (await readingApi().get(tenantPath(access.tenant, 'clients', client, 'webhook'))) as Webhook;
      output.result(found, () => fields(found, output.colours));
      if (found.state === 'paused') output.remark(`Nothing is tried until it is resumed: vestnik webhook resume ${client}`);
    },
  );

  act<[string]>(
    webhook.command('resume <client>').description('begin again with a webhook that is paused or failing, at once'),
    'the webhook was not resumed',
    async ({ managingApi, access, output }, _options, client) => {
      const found = (await managingApi().request('POST', tenantPath(access.tenant, 'clients', client, 'webhook', 'resume'))) as Webhook;
      output.result(found, () => `the webhook of ${client} goes on`);
    },
  );

  act<[string]>(
    webhook.command('remove <client>').description('remove a webhook; what the client is sent waits for it as before'),
    'the webhook was not removed',
    async ({ managingApi, access, output }, _options, client) => {
      await managingApi().request('DELETE', tenantPath(access.tenant, 'clients', client, 'webhook'));
      output.result({ removed: client }, () => `removed the webhook of ${client}`);
    },
  );
}
