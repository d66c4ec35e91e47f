import { CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.js';
import { programIn } from './program.js';
import type { Surroundings } from './surroundings.js';

/**
 * Carries out one command line.
 *
 * @param args without the names of node and of the script
 * @returns the exit code
 */
export async function run(args: readonly string[], around: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = programIn(around, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}
