import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claim } from './claim.js';
import { identify } from './process-identity.js';

let home: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vestnik-spec-'));
  file = join(home, 'lock');
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('a claim', () => {
  it('is held by one at a time and can be had when it is released', async () => {
    const first = await claim(file, 0);
    await expect(claim(file, 0)).rejects.toThrow(/in use by process/);
    const second = claim(file, 5_000);
    first.release();
    (await second).release();
    expect(readdirSync(home)).toEqual([]);
  });

  it('is taken over from a process that has died', async () => {
    writeFileSync(file, JSON.stringify({ pid: spawnSync('true').pid, born: '1' }));
    (await claim(file, 0)).release();
  });

  it('is taken over from a process whose number another one has now', async () => {
    writeFileSync(file, JSON.stringify({ pid: process.ppid, born: '1' }));
    (await claim(file, 0)).release();
  });

  it('is not taken from a process that lives', async () => {
    writeFileSync(file, JSON.stringify(identify(process.ppid)));
    await expect(claim(file, 0)).rejects.toThrow(`process ${process.ppid}`);
  });

  it('is taken over when a crash has left it unreadable', async () => {
    writeFileSync(file, '');
    (await claim(file, 0)).release();
  });

  it('that was released does not release the one that came after it', async () => {
    const first = await claim(file, 0);
    first.release();
    const second = await claim(file, 0);
    first.release();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(identify(process.pid));
    second.release();
  });

  it('is had by exactly one of many that ask together over a dead one', async () => {
    writeFileSync(file, JSON.stringify({ pid: process.ppid, born: '1' }));
    let holders = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const held = await claim(file, 20_000);
        holders += 1;
        most = Math.max(most, holders);
        await new Promise((resolve) => setImmediate(resolve));
        holders -= 1;
        held.release();
      }),
    );
    expect(most).toBe(1);
  });
});
