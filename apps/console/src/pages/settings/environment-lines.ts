/** A setting as far as its line in an environment needs it. */
export interface SettingValue {
  readonly name: string;
  readonly value?: unknown;
  readonly secret: boolean;
  readonly source?: string;
}

/** These have names that other programs use too. */
const NAMES_OF_OTHERS: Readonly<Record<string, string>> = { databaseUrl: 'DATABASE_URL', databaseDirectUrl: 'DATABASE_DIRECT_URL', redisUrl: 'REDIS_URL' };

/** `dataDir` is `VESTNIK_DATA_DIR`. */
export function environmentName(name: string): string {
  return NAMES_OF_OTHERS[name] ?? `VESTNIK_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Settings that were given, as lines for an `.env` file. Of secrets only the name, in a comment: their values are not known here. */
export function environmentLines(settings: readonly SettingValue[]): string {
  const given = settings.filter(({ source, value }) => source !== undefined && source !== 'default' && value !== undefined && value !== null);
  return given
    .map(({ name, value, secret }) => (secret ? `# ${environmentName(name)}=…` : `${environmentName(name)}=${quoted(textOf(value))}`))
    .concat('')
    .join('\n');
}

/** A value as one writes it in an environment. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function quoted(text: string): string {
  return /^[\w./:@%+=,-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
