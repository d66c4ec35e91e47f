/**
 * Brings a checkout to where it can be run: installs and builds what has changed, and nothing else.
 *
 * Plain JavaScript with nothing but Node, because it runs before anything is
 * installed. Run by itself (`node tools/prepare.mjs`) it prepares and ends.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withLock } from './lock.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILD = join(ROOT, '.build');
const INSTALLED = join(ROOT, 'node_modules', '.vestnik-installed');
const BUILT = join(BUILD, 'built');
const CONSOLE = join('apps', 'console');
const CONSOLE_BUILT = join(BUILD, 'console-built');

/** A step that failed; what went wrong has been printed by whoever failed. */
export class PrepareError extends Error {}

/**
 * Installs and builds what has changed since the last time that succeeded.
 *
 * Several processes may call it at once: one works, the others wait. Says what
 * it does on the standard error, and nothing when there is nothing to do.
 *
 * @throws {PrepareError}
 */
export async function prepare() {
  checkNode();
  // Looking costs 50 ms and needs no lock; whoever finds something to do looks again under it.
  if (isInstalled() && isBuilt() && isConsoleBuilt()) return;
  await withLock(
    join(BUILD, 'prepare.lock'),
    async () => {
      if (!isInstalled()) await install();
      await together([...(isBuilt() ? [] : [build()]), ...(isConsoleBuilt() ? [] : [buildConsole()])]);
    },
    (pid) => say(`Waiting for process ${pid}, which installs or builds in this checkout ...`),
  );
}

/** Prepares, or ends this process with what failed. */
export async function prepareOrExit() {
  try {
    await prepare();
  } catch (error) {
    const mayNotWrite = ['EACCES', 'EPERM', 'EROFS'].includes(error.code);
    if (!(error instanceof PrepareError) && !mayNotWrite) throw error;
    say(mayNotWrite ? `This checkout has to be installed or built, and this user may not write there: ${error.message}` : error.message);
    process.exit(1);
  }
}

/**
 * Goes on in this very process as a program of ours, as if it had been started by itself.
 *
 * Not as a child: signals, the terminal and the exit code are then the
 * program's own, with nobody in between who could get them wrong.
 */
export async function become(program, args) {
  const main = join(ROOT, program);
  if (!existsSync(main)) throw new PrepareError(`${program} has not been built.`);
  process.argv = [process.argv[0], main, ...args];
  await import(pathToFileURL(main).href);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new PrepareError(`Vestnik needs Node 20.19 or newer, and this is ${process.versions.node}.`);
}

function isInstalled() {
  const wanted = installSignature();
  if (readIfThere(INSTALLED) === wanted) return true;
  // What changed may not matter (a script's line), or somebody has installed by hand: npm's own record tells.
  if (!holdsAllOfLock()) return false;
  try {
    writeFileSync(INSTALLED, wanted);
  } catch {
    // The packages are another user's. It only means looking as closely the next time.
  }
  return true;
}

function installSignature() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['package.json', 'package-lock.json', ...workspaces().map((folder) => join(folder, 'package.json'))]) {
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

/** Whether the lock file is what the packages ask for, and `node_modules` what the lock file says. */
function holdsAllOfLock() {
  const wanted = readJson('package-lock.json')?.packages;
  const found = readJson(join('node_modules', '.package-lock.json'))?.packages;
  if (wanted === undefined || found === undefined) return false;

  const asks = (manifest) =>
    JSON.stringify(['dependencies', 'devDependencies', 'optionalDependencies'].map((kind) => Object.entries(manifest?.[kind] ?? {}).sort()));
  const inStep = ['', ...workspaces()].every((folder) => asks(readJson(join(folder, 'package.json'))) === asks(wanted[folder]));
  return inStep && Object.entries(wanted).every(([path, entry]) => !path.includes('node_modules/') || isThere(entry, found[path]));
}

function isThere(wanted, found) {
  if (found !== undefined) return found.version === wanted.version;
  // Optional packages are for one platform each, most of them for another than this.
  const isForHere = (list, here) => list === undefined || list.includes(here);
  const mayBeAbsent = wanted.optional || wanted.devOptional;
  return (
    Boolean(mayBeAbsent) &&
    !(wanted.libc === undefined && wanted.os !== undefined && isForHere(wanted.os, process.platform) && isForHere(wanted.cpu, process.arch))
  );
}

async function install() {
  const since = Date.now();
  say('Installing packages; the first time this takes a minute or two ...');
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm tells its scripts where it is itself; outside of npm it is looked for on the path.
  const npm = process.env.npm_execpath;
  const ok = npm?.endsWith('.js') ? await run(process.execPath, [npm, ...args]) : await run('npm', args, { shell: process.platform === 'win32' });
  if (!ok) throw new PrepareError('The packages could not be installed: npm has said why above.');
  writeFileSync(INSTALLED, installSignature());
  say(`Installed in ${seconds(since)}.`);
}

function isBuilt() {
  return readIfThere(BUILT) === buildSignature() && projects().every((folder) => existsSync(join(ROOT, folder, 'dist')));
}

/** Names, sizes and times of all sources: reading them whole would be slower and no safer, as the compiler looks closer. */
function buildSignature() {
  const hash = createHash('sha256').update(installSignature());
  for (const folder of ['.', ...projects()]) {
    for (const name of readdirSync(join(ROOT, folder))) {
      if (/^tsconfig.*\.json$/.test(name)) hash.update(describeFile(join(ROOT, folder, name)));
    }
    if (folder !== '.') for (const file of filesIn(join(ROOT, folder, 'src'))) hash.update(describeFile(file));
  }
  return hash.digest('hex');
}

function describeFile(file) {
  const { size, mtimeMs } = statSync(file);
  return `${relative(ROOT, file)} ${size} ${mtimeMs}\n`;
}

async function build() {
  const since = Date.now();
  say('Building ...');
  const signature = buildSignature();
  for (const folder of projects()) {
    // The compiler believes its notes: without the output that they speak of they have to go.
    if (!existsSync(join(ROOT, folder, 'dist'))) rmSync(join(ROOT, folder, 'tsconfig.tsbuildinfo'), { force: true });
  }
  if (!(await run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-b']))) {
    throw new PrepareError('The build failed: the compiler has said why above.');
  }
  for (const folder of projects()) copyAssets(folder);
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(BUILT, signature);
  say(`Built in ${seconds(since)}.`);
}

function isConsoleBuilt() {
  return readIfThere(CONSOLE_BUILT) === consoleSignature() && existsSync(join(ROOT, CONSOLE, 'dist', 'index.html'));
}

/** Of all that the console is bundled from, itself and those packages of ours that run in a browser. */
function consoleSignature() {
  const hash = createHash('sha256').update(installSignature());
  for (const name of readdirSync(join(ROOT, CONSOLE)).sort()) {
    if (name === 'dist' || name === 'node_modules') continue;
    const path = join(ROOT, CONSOLE, name);
    for (const file of statSync(path).isDirectory() ? filesIn(path) : [path]) hash.update(describeFile(file));
  }
  for (const folder of ['client', 'protocol']) for (const file of filesIn(join(ROOT, 'libs', folder, 'src'))) hash.update(describeFile(file));
  return hash.digest('hex');
}

/** Needs nothing that the compiler makes: the bundler reads sources. */
async function buildConsole() {
  const since = Date.now();
  say('Building the console ...');
  const signature = consoleSignature();
  const args = [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'];
  if (!(await run(process.execPath, args, { cwd: join(ROOT, CONSOLE) }))) {
    throw new PrepareError('The console could not be built: the bundler has said why above.');
  }
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(CONSOLE_BUILT, signature);
  say(`Built the console in ${seconds(since)}.`);
}

/** Waits for all, and fails as the first that failed: whoever holds the lock must leave nothing running. */
async function together(jobs) {
  for (const result of await Promise.allSettled(jobs)) if (result.status === 'rejected') throw result.reason;
}

/** The compiler takes only what it compiles; SQL, pages and the like go along as they are. */
function copyAssets(folder) {
  const from = join(ROOT, folder, 'src');
  for (const file of filesIn(from)) {
    if (['.ts', '.tsx', '.mts', '.cts'].includes(extname(file))) continue;
    const to = join(ROOT, folder, 'dist', relative(from, file));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(file, to);
  }
}

/** The packages of this repository. */
function workspaces() {
  return ['libs', 'apps'].flatMap((group) => foldersIn(group).filter((folder) => existsSync(join(ROOT, folder, 'package.json'))));
}

/** Those that the compiler builds. */
function projects() {
  return JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')).references.map((reference) => reference.path);
}

function foldersIn(group) {
  const path = join(ROOT, group);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(group, entry.name))
    .sort();
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Runs a program with its output on our standard error: the standard output is for the program that is being prepared for. */
function run(file, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options });
    child.on('error', (error) => {
      say(`${file} cannot be run: ${error.message}`);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

function readJson(file) {
  const text = readIfThere(join(ROOT, file));
  return text === undefined ? undefined : JSON.parse(text);
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepareOrExit();
