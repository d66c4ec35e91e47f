import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

/**
 * The JSON of an object with one more member, which goes in as it was typed, so that long numbers survive.
 *
 * @throws CliError where it is no JSON
 */
export function withJson(object: object, name: string, json: string | undefined): string {
  const head = JSON.stringify(object);
  if (json === undefined) return head;
  try {
    JSON.parse(json);
  } catch (error) {
    throw new CliError(EXIT.usage, `the ${name} ${name === 'data' ? 'is' : 'are'} not JSON`, {
      why: (error as Error).message,
      todo: `Text is written with quotes: '"hello"'`,
    });
  }
  return `${head.slice(0, -1)},${JSON.stringify(name)}:${json.trim()}}`;
}
