import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBinaries, withSymlinks } from './binaries.js';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vestnik-spec-'));
  chmodSync(home, 0o755);
});

afterEach(() => {
  spawnSync('chmod', ['-R', 'u+w', home]);
  rmSync(home, { recursive: true, force: true });
});

describe('the package of Postgres', () => {
  it('gets the links that npm has dropped', () => {
    const root = packageWithoutLinks();
    expect(withSymlinks(root, home)).toBe(root);
    expect(lstatSync(join(root, 'native/lib/libpq.so.5')).isSymbolicLink()).toBe(true);
    expect(runs(root)).toBe(true);
  });

  it('is copied where it cannot be written', () => {
    const root = packageWithoutLinks();
    spawnSync('chmod', ['-R', 'a-w', root]);
    const copyInto = join(home, 'data');
    mkdirSync(copyInto);
    if (isRoot) chownSync(copyInto, NOBODY, NOBODY);

    // Root may write everywhere, so an ordinary user has to try.
    const script = `const { withSymlinks } = await import(${JSON.stringify(new URL('./binaries.ts', import.meta.url).href)});
      process.stdout.write(withSymlinks(${JSON.stringify(root)}, ${JSON.stringify(copyInto)}));`;
    const answer = spawnSync(process.execPath, ['--conditions=source', '--import', '@oxc-node/core/register', '--input-type=module', '--eval', script], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      encoding: 'utf8',
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    expect(answer.stderr).toBe('');
    expect(answer.stdout).toMatch(join(copyInto, 'postgres-18.'));
    expect(existsSync(join(root, 'native/lib/libpq.so.5'))).toBe(false);
    expect(runs(answer.stdout)).toBe(true);
  });

  it('says what to do where it does not run', () => {
    expect(() => findBinaries({ pgBin: join(home, 'nowhere'), copyInto: home })).toThrow(/DATABASE_URL/);
  });
});

/** A copy of the real package as npm unpacks it, without the large libraries' contents being changed. */
function packageWithoutLinks(): string {
  const { postgres } = findBinaries({ copyInto: home });
  const original = join(postgres, '../../..');
  const root = join(home, 'package');
  cpSync(original, root, { recursive: true, verbatimSymlinks: true });
  for (const { target } of JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[])
    rmSync(join(root, target), { force: true });
  return root;
}

function runs(root: string): boolean {
  return spawnSync(join(root, 'native/bin/initdb'), ['--version']).status === 0;
}
