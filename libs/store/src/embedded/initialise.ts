import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, giveTo, runAs } from './account.js';
import type { PostgresBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

export const DATABASE_USER = 'vestnik';

const PASSWORD_FILE = 'vestnik.password';
export const SETTINGS_FILE = 'vestnik.conf';

/**
 * Makes the data of a Postgres, unless it is there.
 *
 * It is made beside its place and moved there when it is whole, so that a
 * process that is killed in between leaves nothing that looks finished.
 * Texts compare by code point and Unicode's own rules of upper and lower case,
 * whatever the machine's locale: an index never depends on a system library.
 */
export async function initialise(binaries: PostgresBinaries, account: Account, pgData: string): Promise<void> {
  if (existsSync(join(pgData, 'PG_VERSION'))) return checkMajor(binaries, pgData);

  const draft = `${pgData}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  giveTo(account, draft);
  await initdb(binaries, account, draft);

  writeFileSync(join(draft, 'postgresql.conf'), `\ninclude_if_exists = '${SETTINGS_FILE}'\n`, { flag: 'a' });
  if (existsSync(pgData)) rmSync(pgData, { recursive: true });
  renameSync(draft, pgData);
}

/** The password of the database's user, kept with the data so that it survives a move. */
export function readPassword(pgData: string): string {
  try {
    return readFileSync(join(pgData, PASSWORD_FILE), 'utf8').trim();
  } catch (error) {
    throw new EmbeddedPostgresError(`The password of the embedded Postgres cannot be read: ${(error as Error).message}`);
  }
}

async function initdb(binaries: PostgresBinaries, account: Account, draft: string): Promise<void> {
  const password = randomBytes(24).toString('base64url');
  // initdb wants an empty directory, so the password waits beside it.
  const passwordFile = `${draft}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  chmodSync(passwordFile, 0o600);
  giveTo(account, passwordFile);
  try {
    const locales = binaries.major >= 17 ? [['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']] : [['--locale=C.UTF-8'], ['--locale=C']];
    let failure = '';
    for (const locale of locales) {
      const result = await run(account, [
        binaries.initdb,
        `--pgdata=${draft}`,
        `--username=${DATABASE_USER}`,
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--auth-local=scram-sha-256',
        '--auth-host=scram-sha-256',
        '--data-checksums',
        ...locale,
      ]);
      if (result.code === 0) {
        writeFileSync(join(draft, PASSWORD_FILE), `${password}\n`, { mode: 0o600 });
        return;
      }
      failure = result.output;
    }
    throw new EmbeddedPostgresError(`Postgres could not make its data directory:\n${failure.trim()}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function checkMajor(binaries: PostgresBinaries, pgData: string): void {
  const found = readFileSync(join(pgData, 'PG_VERSION'), 'utf8').trim();
  if (found === String(binaries.major)) return;
  throw new EmbeddedPostgresError(
    `The data in ${pgData} belong to Postgres ${found}, and this is Postgres ${binaries.major}. Move them with pg_dump and pg_restore or pg_upgrade, or run the version of Vestnik that made them.`,
  );
}

function run(account: Account, command: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const { file, args, options } = runAs(account, command);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
