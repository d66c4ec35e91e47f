import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONFIG = join(ROOT, 'tools', 'boundaries.cjs');
const CRUISER = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

describe('the boundaries of the house', () => {
  it('are kept', async () => {
    expect(await violations(ROOT)).toEqual([]);
  }, 60_000);

  describe('in a house that breaks them', () => {
    const house = mkdtempSync(join(tmpdir(), 'vestnik-boundaries-'));
    let found: string[];

    beforeAll(async () => {
      build(house, {
        'libs/protocol/src/index.ts': `import { readFileSync } from 'node:fs'; export const word = readFileSync;`,
        'libs/core/src/index.ts': `import { word } from '@vestnik/protocol'; export const core = word;`,
        'libs/core/src/driver.ts': `import { store } from '@vestnik/store'; import type { Client } from 'pg'; export const a: Client | undefined = store;`,
        'libs/core/src/clock.ts': `import { setTimeout } from 'node:timers/promises'; export const sleep = setTimeout;`,
        'libs/core/src/file.ts': `export const file = () => import('fs');`,
        'libs/core/src/one.ts': `import { two } from './two.js'; export const one = () => two;`,
        'libs/core/src/two.ts': `import { one } from './one.js'; export const two = () => one;`,
        'libs/store/src/index.ts': `export { core as store } from '@vestnik/core';`,
        'libs/store/src/inner.ts': `export const inner = 1;`,
        'libs/auth/src/index.ts': `import { store } from '@vestnik/store'; export const auth = store;`,
        'libs/auth/src/auth.spec.ts': `import { server } from '@vestnik/testing'; import { store } from '@vestnik/store'; console.log(server, store);`,
        'libs/client/src/index.ts': `import type { core } from '@vestnik/core'; export type Core = typeof core;`,
        'libs/testing/src/index.ts': `export const server = 1;`,
        'libs/novelty/src/index.ts': `export { core as novelty } from '@vestnik/core';`,
        'apps/server/src/index.ts': `import { inner } from '../../../libs/store/src/inner.js'; import { server } from '@vestnik/testing'; export { inner, server };`,
        'apps/server/src/missing.ts': `import { nothing } from '@vestnik/nothing'; export { nothing };`,
      });
      found = await violations(house);
    }, 60_000);

    afterAll(() => rmSync(house, { recursive: true, force: true }));

    it.each([
      ['an edge imported by core', 'libs-core-imports-only-what-it-may: libs/core/src/driver.ts → libs/store/src/index.ts'],
      ['a driver in core, if only for its types', 'core-stands-alone: libs/core/src/driver.ts → pg'],
      ['a clock in core', 'core-stands-alone: libs/core/src/clock.ts → timers/promises'],
      ['a file system in core, loaded late', 'core-stands-alone: libs/core/src/file.ts → fs'],
      ['a builtin of Node in protocol', 'protocol-stands-alone: libs/protocol/src/index.ts → fs'],
      ['an edge imported by another edge', 'libs-auth-imports-only-what-it-may: libs/auth/src/index.ts → libs/store/src/index.ts'],
      ['another edge in a spec', 'libs-auth-specs-import-only-what-they-may: libs/auth/src/auth.spec.ts → libs/store/src/index.ts'],
      ['core in the client, if only for its types', 'libs-client-imports-only-what-it-may: libs/client/src/index.ts → libs/core/src/index.ts'],
      ['a cycle', 'no-cycles: libs/core/src/one.ts → libs/core/src/two.ts'],
      ['the insides of another package', 'packages-by-their-doors: apps/server/src/index.ts → libs/store/src/inner.ts'],
      ['the test stand in the product', 'sources-import-no-specs: apps/server/src/index.ts → libs/testing/src/index.ts'],
      ['a package that the table does not know', 'every-package-is-in-the-table: libs/novelty/src/index.ts → libs/core/src/index.ts'],
      ['what cannot be resolved', 'nothing-unresolved: apps/server/src/missing.ts → @vestnik/nothing'],
    ])('find %s', (_what, violation) => {
      expect(found).toContain(violation);
    });

    it('let specs import the test stand', () => {
      expect(found.filter((violation) => violation.includes('auth.spec.ts → libs/testing'))).toEqual([]);
    });
  });
});

describe('the core', () => {
  it('reads no clock, sets no timer and draws no chance of its own: they are handed in', () => {
    const forbidden = /\bDate\.now\b|\bnew Date\(\)|\bperformance\b|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\b|\bcrypto\b|\bprocess\./;
    const core = join(ROOT, 'libs', 'core', 'src');
    const sources = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
    expect(sources.length).toBeGreaterThan(20);
    const offenders = sources.flatMap((file) => {
      const code = readFileSync(join(core, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      const match = forbidden.exec(code);
      return match === null ? [] : [`${file}: ${match[0]}`];
    });
    expect(offenders).toEqual([]);
  });
});

interface Cruised {
  readonly summary: { readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[] };
}

/** Runs the check in a folder. @returns `rule: from → to` */
function violations(folder: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const args = [CRUISER, '--config', CONFIG, '--output-type', 'json', 'apps', 'libs'];
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      try {
        const { summary } = JSON.parse(stdout) as Cruised;
        resolve(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to.replace(/^.*node_modules\//, '').replace(/^pg\/.*/, 'pg')}`));
      } catch {
        reject(new Error(`the check did not run: ${stderr}`, { cause: error }));
      }
    });
  });
}

/** Writes a small house: packages that are found by name, as npm links them. */
function build(house: string, files: Record<string, string>): void {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), text);
  };
  for (const [file, text] of Object.entries(files)) write(file, text);
  write('tsconfig.check.json', JSON.stringify({ compilerOptions: { target: 'es2023', module: 'nodenext', moduleResolution: 'nodenext' } }));
  write('package.json', JSON.stringify({ name: 'house', type: 'module', dependencies: { pg: '*' } }));
  write('node_modules/pg/package.json', JSON.stringify({ name: 'pg', main: 'index.js' }));
  write('node_modules/pg/index.js', 'exports.Client = class {};');
  mkdirSync(join(house, 'node_modules', '@vestnik'), { recursive: true });
  for (const name of readdirSync(join(house, 'libs'))) {
    const exports = { '.': { source: './src/index.ts', default: './dist/index.js' } };
    write(`libs/${name}/package.json`, JSON.stringify({ name: `@vestnik/${name}`, type: 'module', exports }));
    symlinkSync(join(house, 'libs', name), join(house, 'node_modules', '@vestnik', name));
  }
}
