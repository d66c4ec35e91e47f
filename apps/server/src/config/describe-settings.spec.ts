import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { settingsAsMarkdown, settingsAsYaml, settingsInForce } from './describe-settings.js';
import { checkSettings } from './load-settings.js';
import { SETTING_NAMES, settingsSchema } from './settings.js';

describe('the manual of the settings', () => {
  it('has a row for each, with its meaning', () => {
    const page = settingsAsMarkdown();
    expect(page).toContain('| `port` | `VESTNIK_PORT` | `8378` | The port for everything');
    expect(page).toContain('| `databaseUrl` | `DATABASE_URL` or `DATABASE_URL_FILE` |  | Where Postgres');
    expect(page.trimEnd().split('\n')).toHaveLength(SETTING_NAMES.length + 2);
    for (const name of SETTING_NAMES) expect(settingsSchema.shape[name].description, name).toMatch(/\.$/);
  });

  it('is a vestnik.yaml whose lines can be uncommented', () => {
    const page = settingsAsYaml();
    expect(parse(page)).toBeNull();
    const uncommented = parse(page.replaceAll(/^#(?! )/gm, '')) as Record<string, unknown>;
    expect(Object.keys(uncommented)).toEqual(SETTING_NAMES);

    const directory = mkdtempSync(join(tmpdir(), 'vestnik-spec-'));
    writeFileSync(join(directory, 'vestnik.yaml'), page.replaceAll(/^#(?! )/gm, ''));
    const withFile = checkSettings({ environment: {}, directory, isTerminal: false });
    const without = checkSettings({ environment: { VESTNIK_CONFIG: '/dev/null' }, directory, isTerminal: false });
    expect(withFile.settings).toEqual(without.settings);
    expect(withFile.origins.port.kind).toBe('file');
    rmSync(directory, { recursive: true });
  });

  it('shows the settings in force and where they come from, and no secret', () => {
    const page = settingsInForce(
      checkSettings({
        environment: { VESTNIK_PORT: '1234', DATABASE_URL: 'postgres://u:hidden@db/x', VESTNIK_ADMIN_KEY: 'hidden'.repeat(8) },
        directory: tmpdir(),
        isTerminal: false,
      }),
    );
    expect(page).toMatch(/^port +1234 +VESTNIK_PORT$/m);
    expect(page).toMatch(/^databaseUrl +\(set\) +DATABASE_URL$/m);
    expect(page).toMatch(/^secretKey +\(in the data directory\) +default$/m);
    expect(page).not.toContain('hidden');
  });
});
