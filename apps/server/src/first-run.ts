import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What the first start has made, and nobody can be shown again. */
export interface FirstRun {
  readonly publicUrl: string;
  /** The tenant that was made, with its key, if one was. */
  readonly tenant?: string | undefined;
  readonly key?: string | undefined;
  readonly adminName: string;
  readonly adminPassword: string;
  readonly isTerminal: boolean;
  readonly dataDir: string;
}

/**
 * Tells the secrets of the first start, once.
 *
 * To a person at a terminal at once. Elsewhere the output is a log that others
 * read and keep, so they go to a file in the data directory (0600) and only
 * its path is printed.
 *
 * @param program the file of the command line, as it was started
 */
export function tellFirstRun(
  firstRun: FirstRun,
  print: (text: string) => void = (text) => process.stdout.write(text),
  program: string | undefined = process.argv[1],
): void {
  const page = firstRunPage(firstRun, program);
  if (firstRun.isTerminal) {
    print(page);
    return;
  }
  const file = join(firstRun.dataDir, 'first-run.txt');
  // Made anew: an old file would keep its own mode.
  mkdirSync(firstRun.dataDir, { recursive: true, mode: 0o750 });
  rmSync(file, { force: true });
  writeFileSync(file, page, { mode: 0o600, flag: 'wx' });
  print(`The key and the password of the first start are in ${file}\n`);
}

/** Addresses, secrets, and two lines that work when pasted as they are. */
export function firstRunPage(firstRun: FirstRun, program: string | undefined): string {
  const { publicUrl, tenant, key, adminName, adminPassword } = firstRun;
  const lines = [
    '',
    `Vestnik is at ${publicUrl}. What follows is shown this once.`,
    '',
    `  Console        ${publicUrl}/console`,
    `  Administrator  ${adminName}`,
    `  Password       ${adminPassword}`,
    ...(tenant === undefined || key === undefined ? [] : tenantLines(publicUrl, tenant, key, program)),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function tenantLines(publicUrl: string, tenant: string, key: string, program: string | undefined): readonly string[] {
  const address = `${publicUrl}/v1/tenants/${tenant}`;
  const body = JSON.stringify({ to: 'ivanov', type: 'hello', data: { text: 'Hello' } });
  return [
    `  Tenant         ${tenant}`,
    `  Key            ${key}`,
    '',
    `  Messages       ${address}/messages`,
    `  WebSocket      ${address.replace(/^http/, 'ws')}/socket`,
    '',
    'Listen as the client "ivanov":',
    '',
    `  ${commandLine(program)} listen ivanov --url ${publicUrl} --tenant ${tenant} --key ${key}`,
    '',
    'Send to it, from another terminal:',
    '',
    `  curl -X POST ${address}/messages -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '${body}'`,
  ];
}

/** How this very program is called from any directory. */
function commandLine(program: string | undefined): string {
  if (program === undefined || !program.endsWith('.js')) return 'vestnik';
  return `node ${quoted(resolve(program))}`;
}

function quoted(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
