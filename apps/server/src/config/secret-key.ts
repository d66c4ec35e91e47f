import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from './settings-error.js';

const FILE = 'secret-key';

/**
 * The key under which secrets are stored, from the data directory; made there if it is absent.
 *
 * It is on disk before it is used, and appears whole: of several nodes that
 * start together over one directory all get the same.
 *
 * @throws SettingsError when what is there is not a key. It is not replaced: what was stored under it would be lost
 */
export function secretKeyIn(dataDir: string): Buffer {
  const file = join(dataDir, FILE);
  return read(file) ?? make(dataDir, file);
}

function read(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SettingsError([{ where: file, reason: `the secret key cannot be read: ${(error as Error).message}` }]);
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== 32) throw new SettingsError([{ where: file, reason: 'must hold 32 bytes in base64; put the right key back from a backup' }]);
  return key;
}

function make(dataDir: string, file: string): Buffer {
  const draft = `${file}.${process.pid}`;
  try {
    // Others may pass through to what is theirs (another account may run Postgres there), and not look.
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    rmSync(draft, { force: true });
    const descriptor = openSync(draft, 'wx', 0o600);
    try {
      writeSync(descriptor, `${randomBytes(32).toString('base64')}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    linkSync(draft, file);
    syncDirectory(dataDir);
  } catch (error) {
    // EEXIST: another node was quicker, and its key is ours too.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new SettingsError([{ where: dataDir, reason: `a secret key cannot be made there: ${(error as Error).message}` }]);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const key = read(file);
  if (key === undefined) throw new SettingsError([{ where: file, reason: 'the secret key has vanished' }]);
  return key;
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
