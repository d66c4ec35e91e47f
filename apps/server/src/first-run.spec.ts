import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FirstRun, tellFirstRun } from './first-run.js';

let dataDir: string;
let printed: string;
const print = (text: string) => {
  printed += text;
};

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vestnik-spec-'));
  printed = '';
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('the first run', () => {
  it('tells a person at a terminal everything, with lines to paste', () => {
    tellFirstRun(firstRun({ isTerminal: true }), print, '/opt/my vestnik/main.js');
    expect(printed).toContain('http://127.0.0.1:8378/console');
    expect(printed).toContain('correct horse');
    expect(printed).toContain("node '/opt/my vestnik/main.js' listen ivanov --url http://127.0.0.1:8378 --tenant demo --key vk_secret");
    expect(printed).toContain(
      `curl -X POST http://127.0.0.1:8378/v1/tenants/demo/messages -H 'Authorization: Bearer vk_secret' -H 'Content-Type: application/json' -d '{"to":"ivanov","type":"hello","data":{"text":"Hello"}}'`,
    );
    expect(printed).toContain('ws://127.0.0.1:8378/v1/tenants/demo/socket');
  });

  it('keeps secrets out of a log, in a file that only its owner can read', () => {
    const file = join(dataDir, 'first-run.txt');
    writeFileSync(file, 'old', { mode: 0o644 });
    tellFirstRun(firstRun({ isTerminal: false }), print);
    expect(printed).toContain(file);
    expect(printed).not.toMatch(/vk_secret|correct horse/);
    expect(readFileSync(file, 'utf8')).toMatch(/vk_secret/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('says nothing of a tenant that was not made', () => {
    tellFirstRun(firstRun({ isTerminal: true, tenant: undefined, key: undefined }), print);
    expect(printed).not.toMatch(/curl|undefined/);
  });
});

function firstRun(part: Partial<FirstRun>): FirstRun {
  return {
    publicUrl: 'http://127.0.0.1:8378',
    tenant: 'demo',
    key: 'vk_secret',
    adminName: 'admin',
    adminPassword: 'correct horse',
    isTerminal: true,
    dataDir,
    ...part,
  };
}
