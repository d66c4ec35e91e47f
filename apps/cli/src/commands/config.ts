import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import type { Act } from '../command-context.js';
import { EXIT } from '../exit-codes.js';

/** `vestnik config …`: the settings of a server, from the same schema that its start checks. */
export function addConfig(program: Command, act: Act): void {
  const config = program.command('config').description('the settings of a server: environment variables and vestnik.yaml');

  act(
    config.command('check').description('check the settings as a start would, and show those that hold'),
    'the settings were not checked',
    async ({ around, output }) => {
      const { checkSettings, settingsInForce, SettingsError } = await import('@vestnik/server');
      try {
        const checked = checkSettings({ environment: around.env, directory: around.cwd(), isTerminal: around.stdout.isTTY === true });
        output.result({ ok: true, warnings: checked.warnings }, () => settingsInForce(checked).trimEnd());
        if (!output.json) for (const warning of checked.warnings) output.remark(warning);
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        throw new CliError(EXIT.config, 'a server would not start with these settings', {
          why: `\n${error.message}`,
          todo: 'vestnik config doc tells what each may be.',
        });
      }
    },
  );

  act(config.command('doc').description('every setting with its meaning, as a Markdown table'), 'the settings cannot be listed', async ({ output }) => {
    const { settingsAsMarkdown } = await import('@vestnik/server');
    output.line(settingsAsMarkdown().trimEnd());
  });

  act(config.command('defaults').description('a vestnik.yaml with every setting commented out'), 'the settings cannot be listed', async ({ output }) => {
    const { settingsAsYaml } = await import('@vestnik/server');
    output.line(settingsAsYaml().trimEnd());
  });
}
