import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { describeOrigin, type Environment, type Origin, readSources } from './read-sources.js';
import { secretKeyIn } from './secret-key.js';
import { environmentName, type GivenSettings, SETTING_NAMES, type SettingName, type Settings, settingsSchema } from './settings.js';
import { SettingsError, type SettingsFault } from './settings-error.js';

/** Where settings are looked for, and what some defaults depend on. */
export interface Surroundings {
  readonly environment: Environment;
  /** The working directory. */
  readonly directory: string;
  readonly isTerminal: boolean;
}

/** The settings as they will hold, before anything was made or written. */
export interface CheckedSettings {
  /** All but the secret key, which is made at the start if it is not given. */
  readonly settings: Omit<Settings, 'secretKey'>;
  readonly secretKeyGiven: Buffer | undefined;
  readonly origins: Readonly<Record<SettingName, Origin>>;
  /** For the log: what was probably meant otherwise but keeps nobody from starting. */
  readonly warnings: readonly string[];
}

/**
 * The settings of this node, with a secret key, which is made in the data directory if it is not given.
 *
 * @throws SettingsError that names everything that is wrong, at once
 */
export function loadSettings(surroundings: Surroundings = surroundingsOfProcess()): { readonly settings: Settings; readonly warnings: readonly string[] } {
  const { settings, secretKeyGiven, warnings } = checkSettings(surroundings);
  return { settings: { ...settings, secretKey: secretKeyGiven ?? secretKeyIn(settings.dataDir) }, warnings };
}

/** Checks the settings and touches nothing. @throws SettingsError */
export function checkSettings(surroundings: Surroundings = surroundingsOfProcess()): CheckedSettings {
  const sources = readSources(surroundings.environment, surroundings.directory);
  const origins = Object.fromEntries(SETTING_NAMES.map((name) => [name, sources.values.get(name)?.origin ?? { kind: 'default' }])) as Record<
    SettingName,
    Origin
  >;

  const checked = settingsSchema.safeParse(Object.fromEntries([...sources.values].map(([name, { value }]) => [name, value])));
  const faults: SettingsFault[] = [...sources.faults];
  if (!checked.success) {
    for (const issue of checked.error.issues) {
      const name = issue.path[0] as SettingName;
      const hint = linkedService(name, sources.values.get(name)?.value);
      faults.push({ where: describeOrigin(name, origins[name]), reason: issue.message + hint });
    }
  } else if (checked.data.databaseDirectUrl !== undefined && checked.data.databaseUrl === undefined) {
    faults.push({ where: describeOrigin('databaseDirectUrl', origins.databaseDirectUrl), reason: 'given without DATABASE_URL' });
  }
  if (checked.success) faults.push(...halfAnOidcProvider(checked.data, origins));
  if (!checked.success || faults.length > 0) throw new SettingsError(faults);

  const { secretKey, ...given } = checked.data;
  return {
    settings: complete(given, surroundings),
    secretKeyGiven: secretKey === undefined ? undefined : Buffer.from(secretKey, 'base64'),
    origins,
    warnings: sources.warnings,
  };
}

/** The address under which others reach a node that listens there. */
export function defaultPublicUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** Where others can dial this installation, where that was set and not made of host and port. */
export function ownUrl(settings: Pick<Settings, 'publicUrl' | 'host' | 'port'>): string | undefined {
  return settings.publicUrl === defaultPublicUrl(settings.host, settings.port) ? undefined : settings.publicUrl;
}

/** The public URL once the port is known, which with `port: 0` it is only then. */
export function publicUrlAt(settings: Pick<Settings, 'publicUrl' | 'host' | 'port'>, portTaken: number): string {
  const isMadeUp = settings.publicUrl === defaultPublicUrl(settings.host, settings.port);
  return isMadeUp ? defaultPublicUrl(settings.host, portTaken) : settings.publicUrl;
}

function complete(given: Omit<GivenSettings, 'secretKey'>, { directory, isTerminal }: Surroundings): Omit<Settings, 'secretKey'> {
  return {
    ...given,
    publicUrl: given.publicUrl ?? defaultPublicUrl(given.host, given.port),
    dataDir: resolve(directory, given.dataDir),
    demo: given.demo ?? given.databaseUrl === undefined,
    log: given.log ?? (isTerminal ? 'pretty' : 'json'),
  };
}

/** Kubernetes gives the pods of a namespace with a service "vestnik" the variable VESTNIK_PORT. */
function linkedService(name: SettingName, value: unknown): string {
  if (name !== 'port' || typeof value !== 'string' || !value.startsWith('tcp://')) return '';
  return ' (Kubernetes sets it for a service that is called vestnik: put enableServiceLinks: false into the pod)';
}

const OIDC = ['oidcIssuer', 'oidcClientId', 'oidcClientSecret', 'oidcRoles'] as const;

/** All of it, or none: with half of it the button would be missing, and nobody would know why. */
function halfAnOidcProvider(given: GivenSettings, origins: Readonly<Record<SettingName, Origin>>): SettingsFault[] {
  const there = OIDC.find((name) => given[name] !== undefined);
  if (there === undefined) return [];
  return OIDC.filter((name) => given[name] === undefined).map((name) => ({
    where: describeOrigin(there, origins[there]),
    reason: `given without ${environmentName(name)}`,
  }));
}

function surroundingsOfProcess(): Surroundings {
  return { environment: process.env, directory: process.cwd(), isTerminal: process.stdout.isTTY === true };
}
