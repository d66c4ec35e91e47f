import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

/**
 * Reads `ttl=3600 title=Sales accepts=["*@sales"]`: a value is JSON where it is JSON, else the text as it is.
 *
 * @throws CliError for what is no assignment
 */
export function readAssignments(words: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1) throw new CliError(EXIT.usage, `"${word}" is no setting`, { todo: 'A setting looks like ttl=3600.' });
      return [word.slice(0, at), readValue(word.slice(at + 1))];
    }),
  );
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
