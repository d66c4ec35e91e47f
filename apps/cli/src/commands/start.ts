import type { Command } from 'commander';
import type { Act } from '../command-context.js';
import type { ExitCode } from '../exit-codes.js';

/** `vestnik start`: a server in this process. */
export function addStart(program: Command, act: Act): void {
  const command = program
    .command('start')
    .description('start a server here; its settings are environment variables and vestnik.yaml (vestnik config doc lists them)');
  act(command, 'the server did not start', async () => {
    // Loaded only here: the other commands need not wait for a whole server.
    const { runServer } = await import('@vestnik/server');
    return (await runServer()) as ExitCode;
  });
}
