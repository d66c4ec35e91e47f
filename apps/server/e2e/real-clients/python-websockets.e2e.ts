import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TiedProcess } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

const PROGRAM = fileURLToPath(new URL('./python_client.py', import.meta.url));
const PYTHON = ['/usr/bin/python3', 'python3'].find((python) => spawnSync(python, ['-c', 'import websockets']).status === 0);

if (PYTHON === undefined)
  console.warn('\n!!! SKIPPED: no python3 with the websockets library (Debian: python3-websockets); the Python client is not tested.\n');

interface Line {
  readonly connected?: string;
  readonly message?: { readonly data: { readonly text: string } };
}

const linesOf = (output: string) =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe.skipIf(PYTHON === undefined)('a Python program with the websockets library', () => {
  const one = oneServer();

  it('receives what was waiting and what is pushed, answers it, and what it acknowledged does not come again', async () => {
    const tenant = await one.tenant();
    const backend = await tenant.connect('desk');
    await tenant.send({ to: 'Иванов Иван', type: 'order.approved', data: { text: 'ждало', sum: 1200.5 } });

    let output = '';
    const token = await tenant.token('Иванов Иван');
    const run = (count: number) =>
      new TiedProcess(PYTHON as string, [PROGRAM, tenant.socketUrl, token, String(count)], {
        environment: process.env,
        onOutput: (text) => {
          output += text;
        },
      });
    const first = run(2);
    await backend.call('send', { to: 'Иванов Иван', type: 'hello', data: { text: 'живое' } });
    expect(await first.exited, output).toEqual({ code: 0, signal: null });
    await backend.received(1);

    const lines = linesOf(output);
    expect(lines[0]).toEqual({ connected: tenant.address('Иванов Иван') });
    expect(lines.slice(1).map((line) => line.message?.data.text)).toEqual(['ждало', 'живое']);
    expect(backend.messages[0]).toMatchObject({ from: tenant.address('Иванов Иван'), type: 'echo', data: { text: 'живое' } });

    output = '';
    await tenant.send({ to: 'Иванов Иван', type: 'hello', data: { text: 'третье' } });
    const second = run(1);
    expect(await second.exited, output).toEqual({ code: 0, signal: null });
    expect(linesOf(output).flatMap(({ message }) => message?.data.text ?? [])).toEqual(['третье']);
  });
});
