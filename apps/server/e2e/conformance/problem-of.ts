import { Refused } from './transports/bus-client.js';

/** The problem with which something was refused; it is an error if it was not. */
export async function problemOf(refused: Promise<unknown>): Promise<Refused> {
  const value = await refused.catch((error: unknown) => {
    if (error instanceof Refused) return error;
    throw error;
  });
  if (value instanceof Refused) return value;
  throw new Error(`it was not refused, but answered ${JSON.stringify(value)?.slice(0, 200)}`);
}
