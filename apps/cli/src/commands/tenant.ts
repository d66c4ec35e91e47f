import type { Command } from 'commander';
import { readAssignments } from '../assignments.js';
import type { Act } from '../command-context.js';
import { confirm } from '../confirm.js';
import { fields } from '../fields.js';
import { tenantPath } from '../http-api.js';
import { table } from '../table.js';

interface Tenant extends Record<string, unknown> {
  readonly name: string;
  readonly title?: string;
  readonly suspended?: boolean;
}

/** `vestnik tenant …`: the tenants of an installation and their settings. */
export function addTenant(program: Command, act: Act): void {
  const tenant = program.command('tenant').description('tenants and their settings (for administrators)');

  act(tenant.command('list').description('list the tenants'), 'the tenants cannot be listed', async ({ adminApi, output }) => {
    const tenants = await adminApi().list<Tenant>('/v1/tenants');
    output.result(tenants, () =>
      table(
        ['NAME', 'TITLE', 'STATE'],
        tenants.map(({ name, title, suspended }) => [name, title ?? '', suspended === true ? 'suspended' : 'active']),
      ),
    );
  });

  act<[string, string[]], { title?: string }>(
    tenant
      .command('create <name> [setting=value...]')
      .description('make a tenant; values are JSON, or text as it is')
      .option('--title <title>', 'what people call it'),
    'the tenant was not made',
    async ({ adminApi, output }, { title }, name, settings) => {
      const made = (await adminApi().request('POST', '/v1/tenants', { name, title, ...readAssignments(settings) })) as Tenant;
      output.result(made, () => `made the tenant ${output.colours.bold(made.name)}\nA key for it: vestnik key create --tenant ${made.name}`);
    },
  );

  act<[string]>(
    tenant.command('show <name>').description('show a tenant and its settings'),
    'the tenant cannot be shown',
    async ({ adminApi, output }, _options, name) => {
      const found = (await adminApi().get(tenantPath(name))) as Tenant;
      output.result(found, () => fields(found, output.colours));
    },
  );

  act<[string, string[]]>(
    tenant
      .command('set <name> <setting=value...>')
      .description('change settings of a tenant; values are JSON, or text as it is; null puts the default back')
      .addHelpText('after', `\nExample: vestnik tenant set demo ttl=3600 'accepts=["*@sales"]'`),
    'the settings were not changed',
    async ({ adminApi, output }, _options, name, settings) => {
      const changed = (await adminApi().request('PATCH', tenantPath(name), readAssignments(settings))) as Tenant | undefined;
      output.result(changed ?? {}, () => (changed === undefined ? 'changed' : fields(changed, output.colours)));
    },
  );

  act<[string], { yes?: boolean }>(
    tenant.command('delete <name>').description('delete a tenant with all that it holds').option('--yes', 'do not ask'),
    'the tenant was not deleted',
    async ({ adminApi, output, around }, { yes }, name) => {
      const api = adminApi();
      await confirm(around, yes === true, `Delete the tenant ${name} with its clients, keys and messages?`);
      await api.request('DELETE', tenantPath(name));
      output.result({ deleted: name }, () => `deleted the tenant ${name}`);
    },
  );
}
