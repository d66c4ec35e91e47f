import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** The programs of one Postgres installation. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** As the program itself says it: `18.4`. */
  readonly version: string;
  readonly major: number;
}

/**
 * Finds the Postgres to run: in `pgBin` when given, else in the package of this platform.
 *
 * The packages lose their symbolic links on the way through npm. They are made
 * here; where `node_modules` cannot be written, a private copy of the package
 * (60 MB) is made in `copyInto`, once for each version.
 */
export function findBinaries(options: { readonly pgBin?: string | undefined; readonly copyInto: string }): PostgresBinaries {
  if (options.pgBin !== undefined) return inspect(options.pgBin);

  const name = packageName(process.platform, process.arch);
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `There is no embedded Postgres for ${process.platform}-${process.arch}: the package ${name} is not installed. Set DATABASE_URL to use a Postgres of your own.`,
    );
  }
  const root = dirname(dirname(entry));
  return inspect(join(withSymlinks(root, options.copyInto), 'native', 'bin'));
}

function packageName(platform: NodeJS.Platform, arch: string): string {
  if (platform === 'win32') {
    throw new EmbeddedPostgresError('The embedded Postgres does not run on Windows itself, only in WSL. Set DATABASE_URL to use a Postgres of your own.');
  }
  return `@embedded-postgres/${platform}-${arch}`;
}

/** Makes the links of the package that are missing. @returns the root of a package that has them all */
export function withSymlinks(root: string, copyInto: string): string {
  const missing = missingSymlinks(root);
  if (missing.length === 0) return root;
  try {
    makeSymlinks(root, missing);
    return root;
  } catch (error) {
    if (!isReadOnly(error)) throw error;
  }
  return privateCopy(root, copyInto);
}

interface Symlink {
  readonly source: string;
  readonly target: string;
}

function missingSymlinks(root: string): readonly Symlink[] {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly Symlink[];
  return links.filter((link) => !existsSync(join(root, link.target)));
}

function makeSymlinks(root: string, links: readonly Symlink[]): void {
  for (const link of links) {
    try {
      symlinkSync(basename(link.source), join(root, link.target));
    } catch (error) {
      // Another process that starts at the same moment makes the same links.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function privateCopy(root: string, copyInto: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const copy = join(copyInto, `postgres-${version}`);
  if (existsSync(copy)) return copy;

  const draft = `${copy}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o755 });
  cpSync(root, draft, { recursive: true, verbatimSymlinks: true });
  const links = missingSymlinks(draft);
  // The copy has the modes of the original, which may be read-only.
  for (const folder of new Set(links.map((link) => dirname(link.target)))) chmodSync(join(draft, folder), 0o755);
  makeSymlinks(draft, links);
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

function isReadOnly(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function inspect(bin: string): PostgresBinaries {
  const postgres = join(bin, 'postgres');
  const answer = spawnSync(postgres, ['--version'], { encoding: 'utf8' });
  const version = /\(PostgreSQL\) (\d+\S*)/.exec(answer.stdout ?? '')?.[1];
  if (version === undefined) {
    const reason = answer.error?.message ?? answer.stderr.trim();
    throw new EmbeddedPostgresError(`Postgres in ${bin} does not run on this machine: ${reason}. Set DATABASE_URL to use a Postgres of your own.`);
  }
  return { initdb: join(bin, 'initdb'), postgres, version, major: Number.parseInt(version, 10) };
}
