import { createInterface } from 'node:readline/promises';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import type { Surroundings } from './surroundings.js';

/**
 * Asks a person before something is done that cannot be undone.
 *
 * @param agreed `--yes` was given
 * @throws CliError where the answer is no, or nobody is there to ask
 */
export async function confirm({ stdin, stderr }: Surroundings, agreed: boolean, question: string): Promise<void> {
  if (agreed) return;
  if (stdin.isTTY !== true) throw new CliError(EXIT.usage, 'nobody is here to be asked', { todo: 'Give --yes to do it without a question.' });
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await lines.question(`${question} Type yes to go on: `);
    if (answer.trim().toLowerCase() !== 'yes') throw new CliError(EXIT.failed, 'nothing was done');
  } finally {
    lines.close();
  }
}
