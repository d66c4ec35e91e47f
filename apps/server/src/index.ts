export * from './config/index.js';

/**
 * Runs a node until it is told to stop: see `run-server.ts`. Loaded when called, so that whoever only wants the settings
 * need not wait for a whole server.
 *
 * @returns the exit code
 */
export async function runServer(): Promise<number> {
  const server = await import('./run-server.js');
  return server.runServer();
}
