import { type RoleRule, ruleAsText } from '@vestnik/auth';
import { stringify } from 'yaml';
import type { CheckedSettings } from './load-settings.js';
import { describeOrigin } from './read-sources.js';
import { environmentName, isSecret, SETTING_NAMES, type SettingName, settingsSchema } from './settings.js';

/** `vestnik config doc`: every setting as a Markdown table. */
export function settingsAsMarkdown(): string {
  const rows = SETTING_NAMES.map((name) => [
    code(name),
    code(environmentName(name)) + (isSecret(name) ? ` or ${code(`${environmentName(name)}_FILE`)}` : ''),
    defaultAsText(name),
    meaning(name),
  ]);
  const table = [['Setting', 'Environment', 'Default', 'Meaning'], ['---', '---', '---', '---'], ...rows];
  return `${table.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')}\n`;
}

/** `vestnik config defaults`: a vestnik.yaml in which every line is commented out. */
export function settingsAsYaml(): string {
  const head =
    '# Settings of Vestnik. An environment variable of the same meaning wins over a line here.\n# Secrets may be kept in files of their own: databaseUrlFile: /run/secrets/database-url\n';
  const parts = SETTING_NAMES.map((name) => {
    const value = defaultOf(name);
    const line =
      value === undefined
        ? `${name}:`
        : stringify({ [name]: value }, { flowCollectionPadding: false, collectionStyle: 'flow' })
            .trim()
            .replace(/^\{(.*)\}$/s, '$1');
    return `${wrap(meaning(name))}\n# ${environmentName(name)}\n#${line}\n`;
  });
  return `${head}\n${parts.join('\n')}`;
}

/** `vestnik config check`: the settings that hold and where each comes from. Secrets are masked. */
export function settingsInForce({ settings, secretKeyGiven, origins }: CheckedSettings): string {
  const rows = SETTING_NAMES.map((name) => {
    const value = name === 'secretKey' ? secretKeyGiven : settings[name];
    const origin = origins[name];
    return [name, shown(name, value), origin.kind === 'default' ? 'default' : describeOrigin(name, origin)] as const;
  });
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return `${rows.map(([name, value, origin]) => `${name.padEnd(widths[0] as number)}  ${value.padEnd(widths[1] as number)}  ${origin}`).join('\n')}\n`;
}

function shown(name: SettingName, value: unknown): string {
  if (value === undefined) return name === 'secretKey' ? '(in the data directory)' : '-';
  if (isSecret(name)) return '(set)';
  if (name === 'oidcRoles' && Array.isArray(value)) return (value as RoleRule[]).map(ruleAsText).join(',');
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.join(', ');
  return String(value);
}

function meaning(name: SettingName): string {
  return settingsSchema.shape[name].description ?? '';
}

function defaultOf(name: SettingName): unknown {
  return settingsSchema.parse({})[name];
}

function defaultAsText(name: SettingName): string {
  const value = defaultOf(name);
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '';
  return code(String(value));
}

function code(text: string): string {
  return `\`${text}\``;
}

function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= 96) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `# ${line}`).join('\n');
}
