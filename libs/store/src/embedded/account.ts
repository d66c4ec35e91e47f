import { type SpawnOptions, spawnSync } from 'node:child_process';
import { chownSync, existsSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/**
 * Whom Postgres runs as, since it refuses to run as root.
 *
 * `self`: we are an ordinary user, so as ourselves. `account`: as another user
 * of this machine. `namespace`: as root, who is called nobody inside a user
 * namespace, for directories that only root can reach.
 */
export type Account =
  | { readonly kind: 'self' }
  | { readonly kind: 'account'; readonly name: string; readonly uid: number; readonly gid: number }
  | { readonly kind: 'namespace' };

const NAMESPACE = ['unshare', '--user', '--map-user=65534', '--map-group=65534'] as const;

/**
 * Chooses whom Postgres runs as.
 *
 * As root: the owner of the data if there is one, else `postgres`, else
 * `nobody`, whichever can run the program and reach the directory; else a
 * user namespace.
 */
export function chooseAccount(postgres: string, dataDir: string, pgData: string): Account {
  const me = process.getuid?.();
  const owner = existsSync(pgData) ? statSync(pgData) : undefined;
  if (me !== 0) {
    if (owner !== undefined && owner.uid !== me) {
      throw new EmbeddedPostgresError(
        `The data in ${pgData} belong to user number ${owner.uid}, and this is user number ${me}: start as that user or as root, or give them away with chown -R.`,
      );
    }
    return { kind: 'self' };
  }

  if (owner?.uid === 0 && namespaceWorks()) return { kind: 'namespace' };

  const users = readUsers();
  const owning =
    owner !== undefined && owner.uid !== 0
      ? [{ name: users.find((user) => user.uid === owner.uid)?.name ?? String(owner.uid), uid: owner.uid, gid: owner.gid }]
      : [];
  const usual = ['postgres', 'nobody'].flatMap((name) => users.find((user) => user.name === name) ?? []);
  for (const user of [...owning, ...usual]) {
    if (canReach(user, postgres, dataDir)) return { kind: 'account', ...user };
  }
  if (namespaceWorks()) return { kind: 'namespace' };
  throw new EmbeddedPostgresError(
    `Postgres does not run as root, no other account can reach both ${postgres} and ${dataDir}, and user namespaces are switched off here. Run as an ordinary user, or choose a data directory that the user "postgres" or "nobody" can reach, or set DATABASE_URL.`,
  );
}

/** The command and the options that run a program as this account. */
export function runAs(
  account: Account,
  command: readonly string[],
): { readonly file: string; readonly args: readonly string[]; readonly options: SpawnOptions } {
  const whole = account.kind === 'namespace' ? [...NAMESPACE, ...command] : command;
  const options: SpawnOptions = { cwd: '/', env: environment(), ...(account.kind === 'account' ? { uid: account.uid, gid: account.gid } : {}) };
  return { file: whole[0] as string, args: whole.slice(1), options };
}

/** Gives a file, or a directory and all in it, to the account, unless it has it. The top comes last: its owner tells that all is done. */
export function giveTo(account: Account, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = account.kind === 'account' ? account : { uid: 0, gid: 0 };
  const found = statSync(path);
  if (found.uid === uid) return;
  if (found.isDirectory()) {
    for (const entry of readdirSync(path, { recursive: true }) as string[]) lchownSync(join(path, entry), uid, gid);
  }
  chownSync(path, uid, gid);
}

/** Our secrets are in our environment, and Postgres may run as somebody else: it gets only what it needs. */
function environment(): NodeJS.ProcessEnv {
  const wanted = /^(PATH|HOME|TMPDIR|LD_.*|DYLD_.*|FAKETIME.*)$/;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.test(name))), LC_ALL: 'C' };
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function readUsers(): readonly User[] {
  if (!existsSync('/etc/passwd')) return [];
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name, , uid, gid]) => ({ name: name as string, uid: Number(uid), gid: Number(gid) }));
}

function canReach(user: User, postgres: string, dataDir: string): boolean {
  const account: Account = { kind: 'account', ...user };
  const { file, args, options } = runAs(account, ['/bin/sh', '-c', 'cd "$2" && exec "$1" --version', 'sh', postgres, dataDir]);
  return spawnSync(file, args, { ...options, stdio: 'ignore' }).status === 0;
}

function namespaceWorks(): boolean {
  return process.platform === 'linux' && spawnSync(NAMESPACE[0], [...NAMESPACE.slice(1), 'true'], { stdio: 'ignore' }).status === 0;
}
