import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TiedProcess } from './tied-process.js';
import { untilAsked } from './until.js';

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a tied process', () => {
  it('hands over its output and how it ended', async () => {
    let output = '';
    const child = new TiedProcess(process.execPath, ['-e', 'console.log("hello"); process.exitCode = 3'], { onOutput: (text) => (output += text) });
    expect(await child.exited).toEqual({ code: 3, signal: null });
    expect(output).toBe('hello\n');
  });

  it('ends with the signal that it is sent, or with SIGKILL where it takes too long', async () => {
    const polite = new TiedProcess(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    expect(await polite.end('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
    let ready = false;
    const stubborn = new TiedProcess(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("ready")'], {
      onOutput: () => {
        ready = true;
      },
    });
    await untilAsked('the handler is in place', async () => ready);
    expect(await stubborn.end('SIGTERM', 200)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('is killed when its parent is killed', async () => {
    const module = fileURLToPath(new URL('./tied-process.ts', import.meta.url));
    const parent = spawn(
      process.execPath,
      [
        '--import',
        '@oxc-node/core/register',
        '--input-type=module',
        '-e',
        `const { TiedProcess } = await import(${JSON.stringify(module)});
         const child = new TiedProcess(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
         console.log(child.pid);
         setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(lives(pid)).toBe(true);
    parent.kill('SIGKILL');
    await untilAsked('the child is gone', async () => !lives(pid), 5_000);
  });
});
