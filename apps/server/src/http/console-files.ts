import { createHash } from 'node:crypto';
import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, sep } from 'node:path';

/** The encodings that the console's build leaves beside a file, the smallest first, and how their files end. */
export const PRECOMPRESSED = { br: '.br', gzip: '.gz' } as const;
export type Encoding = keyof typeof PRECOMPRESSED;

/** One file in one encoding. The ETag is strong: it is of these very bytes. */
export interface Representation {
  readonly bytes: Buffer;
  readonly etag: string;
}

export interface ConsoleFile {
  readonly type: string;
  /** Its name holds the hash of its contents: it may be kept for ever. */
  readonly hashed: boolean;
  readonly identity: Representation;
  readonly encoded: ReadonlyMap<Encoding, Representation>;
}

/** The console as it was built, whole and in memory: 2 MB, and what is not in here cannot be asked for, whatever a path looks like. */
export interface ConsoleFiles {
  readonly index: string;
  /** By their path below `/console/`, `index.html` excepted. */
  readonly files: ReadonlyMap<string, ConsoleFile>;
}

/**
 * Reads what the console's build has made; a later build is seen after a restart, so that a page and its scripts fit.
 * Files whose name begins with a dot are left out.
 *
 * @returns undefined where the console is not installed, or was not built
 */
export async function readConsole(folder: string | undefined = consoleFolder()): Promise<ConsoleFiles | undefined> {
  if (folder === undefined || !existsSync(join(folder, INDEX))) return undefined;
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = new Set(found.filter((entry) => entry.isFile()).map((entry) => nameOf(folder, entry)));
  const files = new Map<string, ConsoleFile>();
  for (const name of names) {
    if (name === INDEX || isHidden(name) || isEncodingOfAnother(name, names)) continue;
    files.set(name, await readConsoleFile(folder, name, names));
  }
  return { index: await readFile(join(folder, INDEX), 'utf8'), files };
}

const INDEX = 'index.html';

/** Where the package of the console is, whether in a checkout, in an image, or installed beside the server. */
function consoleFolder(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@vestnik/console/package.json')), 'dist');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function nameOf(folder: string, { parentPath, name }: Dirent): string {
  return relative(folder, join(parentPath, name)).split(sep).join('/');
}

function isHidden(name: string): boolean {
  return name.split('/').some((part) => part.startsWith('.'));
}

function isEncodingOfAnother(name: string, names: ReadonlySet<string>): boolean {
  return Object.values(PRECOMPRESSED).some((ending) => name.endsWith(ending) && names.has(name.slice(0, -ending.length)));
}

async function readConsoleFile(folder: string, name: string, names: ReadonlySet<string>): Promise<ConsoleFile> {
  const encoded = new Map<Encoding, Representation>();
  for (const [encoding, ending] of Object.entries(PRECOMPRESSED) as [Encoding, string][]) {
    if (names.has(name + ending)) encoded.set(encoding, await readRepresentation(join(folder, name + ending)));
  }
  return {
    type: TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream',
    // Where Vite puts what it names after its contents.
    hashed: name.startsWith('assets/'),
    identity: await readRepresentation(join(folder, name)),
    encoded,
  };
}

async function readRepresentation(file: string): Promise<Representation> {
  const bytes = await readFile(file);
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
