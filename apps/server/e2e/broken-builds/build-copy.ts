import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** A fault that is put into a copy of the program by changing its text. */
export interface Mutation {
  /** What the build does wrong, as the rest of a sentence: "answers before the commit". */
  readonly name: string;
  readonly changes: readonly Change[];
}

export interface Change {
  /** A built file, from the root of the repository. */
  readonly file: string;
  /** Must be there exactly once: what was changed elsewhere would be no such fault any more. */
  readonly find: string;
  readonly replace: string;
}

/** A private copy of the built program. */
export interface BuildCopy {
  /** What starts it. */
  readonly program: string;
  remove(): void;
}

/**
 * Copies what was built of every package into a folder of its own, where `@vestnik/…` means the copies, and changes it.
 *
 * Nothing in the program itself knows of these faults.
 *
 * @throws Error where a `find` is not there exactly once
 */
export function copyBuild(mutation: Mutation): BuildCopy {
  const folder = mkdtempSync(join(tmpdir(), 'vestnik-broken-'));
  try {
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, '@vestnik'), { recursive: true });
    for (const kind of ['libs', 'apps']) {
      for (const name of readdirSync(join(ROOT, kind))) {
        const from = join(ROOT, kind, name);
        if (!existsSync(join(from, 'dist')) || !existsSync(join(from, 'package.json'))) continue;
        const to = join(folder, kind, name);
        mkdirSync(to, { recursive: true });
        for (const part of ['dist', 'package.json', 'assets', 'schema.sql']) {
          if (existsSync(join(from, part))) cpSync(join(from, part), join(to, part), { recursive: true });
        }
        if (existsSync(join(from, 'node_modules'))) symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'));
        symlinkSync(to, join(modules, '@vestnik', name));
      }
    }
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (name !== '@vestnik' && !name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    }
    for (const change of mutation.changes) apply(folder, mutation.name, change);
    return { program: join(folder, 'apps/cli/dist/main.js'), remove: () => rmSync(folder, { recursive: true, force: true }) };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Makes sure that a mutation can still be made, without making it. */
export function checkMutation(mutation: Mutation): void {
  for (const change of mutation.changes) changed(ROOT, mutation.name, change);
}

function apply(folder: string, name: string, change: Change): void {
  writeFileSync(join(folder, change.file), changed(folder, name, change));
}

function changed(folder: string, name: string, { file, find, replace }: Change): string {
  const parts = readFileSync(join(folder, file), 'utf8').split(find);
  if (parts.length !== 2) {
    throw new Error(
      `the build that ${name} cannot be made: in ${file} this is there ${parts.length - 1} times instead of once, so find its new place:\n${find}`,
    );
  }
  return parts.join(replace);
}
