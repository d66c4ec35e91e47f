import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vestnik-spec-'));
  file = join(folder, 'lock', 'prepare.lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the lock of a checkout', () => {
  it('lets one process in at a time', async () => {
    const work = `appendFileSync(notes, 'in '); await setTimeout(50); appendFileSync(notes, 'out ');`;
    await Promise.all([run(work), run(work), run(work)]);
    expect(notes()).toBe('in out in out in out ');
    expect(readdirSync(join(folder, 'lock'))).toEqual([]);
  });

  it('is taken over from a process that was killed while it held it', async () => {
    await run(`process.kill(process.pid, 'SIGKILL');`);
    expect(readdirSync(join(folder, 'lock'))).toEqual(['prepare.lock']);
    await run(`appendFileSync(notes, 'in ');`);
    expect(notes()).toBe('in ');
  });

  it('is taken over where the number of its dead holder was given to another process', async () => {
    await run(`process.kill(process.pid, 'SIGKILL');`);
    writeFileSync(file, JSON.stringify({ pid: process.pid, born: '1' }));
    await run(`appendFileSync(notes, 'in ');`);
    expect(notes()).toBe('in ');
  });

  it('is released when what was done under it fails', async () => {
    await run(`throw new Error('failed');`);
    expect(readdirSync(join(folder, 'lock'))).toEqual([]);
  });
});

function notes(): string {
  return readFileSync(join(folder, 'notes'), 'utf8');
}

/** A process that does this under the lock. */
function run(work: string): Promise<void> {
  const script = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(new URL('./lock.mjs', import.meta.url).href)};
    const notes = ${JSON.stringify(join(folder, 'notes'))};
    await withLock(${JSON.stringify(file)}, async () => { ${work} }, () => undefined);
  `;
  return new Promise((resolve) => {
    spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' }).on('close', () => resolve());
  });
}
