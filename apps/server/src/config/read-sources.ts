import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { nearestName } from './nearest-name.js';
import { environmentName, isSecret, SETTING_NAMES, type SettingName } from './settings.js';
import type { SettingsFault } from './settings-error.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the value of a setting comes from. */
export type Origin =
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'file'; readonly path: string; readonly key: string }
  | { readonly kind: 'default' };

/** A value as it was written, unchecked. */
export interface RawValue {
  readonly value: unknown;
  readonly origin: Origin;
}

export interface Sources {
  readonly values: ReadonlyMap<SettingName, RawValue>;
  readonly faults: readonly SettingsFault[];
  readonly warnings: readonly string[];
}

/** Variables with our prefix that are not settings of a node: the file of settings, and what the command line reads. */
const OTHER_VARIABLES = ['VESTNIK_CONFIG', 'VESTNIK_URL', 'VESTNIK_TENANT', 'VESTNIK_KEY', 'VESTNIK_TOKEN'];

/** What Kubernetes and Docker links set by themselves for a service that is called vestnik. */
const SET_BY_ORCHESTRATORS = /^VESTNIK_(SERVICE_.+|PORT_\d+_.+|NAME|ENV_.+)$/;

/** Collects what is written in the environment and in vestnik.yaml. The environment wins. */
export function readSources(environment: Environment, directory: string): Sources {
  const fromFile = readFromFile(environment, directory);
  const fromEnvironment = readFromEnvironment(environment);
  return {
    values: new Map([...fromFile.values, ...fromEnvironment.values]),
    faults: [...fromFile.faults, ...fromEnvironment.faults],
    warnings: fromEnvironment.warnings,
  };
}

/** The words for where a setting was given. */
export function describeOrigin(name: SettingName, origin: Origin): string {
  switch (origin.kind) {
    case 'environment':
      return origin.variable;
    case 'file':
      return `${origin.key} in ${origin.path}`;
    case 'default':
      return name;
  }
}

function readFromEnvironment(environment: Environment): Sources {
  const values = new Map<SettingName, RawValue>();
  const faults: SettingsFault[] = [];
  const known = new Set(OTHER_VARIABLES);

  for (const name of SETTING_NAMES) {
    const variable = environmentName(name);
    known.add(variable);
    // Empty is as good as absent: that is how compose files and shells write "nothing".
    const plain = environment[variable] || undefined;
    if (plain !== undefined) values.set(name, { value: plain, origin: { kind: 'environment', variable } });
    if (!isSecret(name)) continue;

    const fileVariable = `${variable}_FILE`;
    known.add(fileVariable);
    const file = environment[fileVariable] || undefined;
    if (file === undefined) continue;
    if (plain !== undefined) {
      faults.push({ where: fileVariable, reason: `given together with ${variable}; give one of them` });
      continue;
    }
    const read = readSecretFile(file);
    if (read.kind === 'read') values.set(name, { value: read.text, origin: { kind: 'environment', variable: fileVariable } });
    else faults.push({ where: fileVariable, reason: read.reason });
  }

  const warnings = Object.keys(environment)
    .filter((variable) => variable.startsWith('VESTNIK_') && !known.has(variable) && !SET_BY_ORCHESTRATORS.test(variable))
    .map((variable) => `${variable}: there is no such setting${suggestion(variable, [...known])}`);
  return { values, faults, warnings };
}

function readFromFile(environment: Environment, directory: string): Sources {
  const named = environment.VESTNIK_CONFIG || undefined;
  const path = resolve(directory, named ?? 'vestnik.yaml');
  const nothing = { values: new Map<SettingName, RawValue>(), warnings: [] };

  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isAbsent && named === undefined) return { ...nothing, faults: [] };
    return { ...nothing, faults: [{ where: named === undefined ? path : 'VESTNIK_CONFIG', reason: `${path} cannot be read: ${(error as Error).message}` }] };
  }

  const document = parseDocument(text);
  if (document.errors.length > 0) {
    // Only the first line says what is wrong; those after it quote the file, which may hold secrets.
    return { ...nothing, faults: document.errors.map((error) => ({ where: path, reason: `not YAML: ${error.message.split('\n')[0]}` })) };
  }
  const content: unknown = document.toJS();
  if (content === null || content === undefined) return { ...nothing, faults: [] };
  if (typeof content !== 'object' || Array.isArray(content))
    return { ...nothing, faults: [{ where: path, reason: 'must be lines of the form "name: value"' }] };
  return readKeys(content as Readonly<Record<string, unknown>>, path);
}

function readKeys(content: Readonly<Record<string, unknown>>, path: string): Sources {
  const values = new Map<SettingName, RawValue>();
  const faults: SettingsFault[] = [];
  const known = SETTING_NAMES.flatMap((name) => (isSecret(name) ? [name, `${name}File`] : [name]));

  for (const [key, value] of Object.entries(content)) {
    const where = `${key} in ${path}`;
    if (!known.includes(key)) {
      faults.push({ where, reason: `there is no such setting${suggestion(key, known)}` });
      continue;
    }
    if (value === null) continue;
    const origin: Origin = { kind: 'file', path, key };
    if ((SETTING_NAMES as readonly string[]).includes(key)) {
      values.set(key as SettingName, { value, origin });
      continue;
    }
    const name = key.slice(0, -'File'.length) as SettingName;
    if ((content[name] ?? null) !== null) {
      faults.push({ where, reason: `given together with ${name}; give one of them` });
      continue;
    }
    const read = typeof value === 'string' ? readSecretFile(value) : ({ kind: 'unreadable', reason: 'must be the path of a file' } as const);
    if (read.kind === 'read') values.set(name, { value: read.text, origin });
    else faults.push({ where, reason: read.reason });
  }
  return { values, faults, warnings: [] };
}

type SecretFile = { readonly kind: 'read'; readonly text: string } | { readonly kind: 'unreadable'; readonly reason: string };

function readSecretFile(path: string): SecretFile {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? { kind: 'unreadable', reason: `${path} is empty` } : { kind: 'read', text };
  } catch (error) {
    return { kind: 'unreadable', reason: `the file cannot be read: ${(error as Error).message}` };
  }
}

function suggestion(unknown: string, known: readonly string[]): string {
  const nearest = nearestName(unknown, known);
  return nearest === undefined ? '' : `; is ${nearest} meant?`;
}
