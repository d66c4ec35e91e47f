import { parseArgs } from 'node:util';
import { measureInBrowser } from './browser.js';
import { fillDatabase } from './fill-database.js';
import { measurePages } from './pages.js';

export const FILL_USAGE = `Usage: npm run bench -- fill --url postgresql://… [--messages N] [--clients N]
       npm run bench -- pages --server http://… --key KEY [--tries N] [--browser]

"fill" fills an empty database with what an installation has after sixty days (10000000 messages of 100000 clients, with
5000 tenants, webhooks, topics, dead letters and a million entries of the audit trail: some minutes and 8 GB). "pages" times
every GET of the console's pages at a server over it: milliseconds of the first time, p50 and p95 of the next. With
"--browser" it opens each page in Chromium besides; it signs in as an administrator whom it makes and deletes with the key.`;

/** @returns the exit code: 0, 1 where something was slower than 300 ms, 2 for a wrong command line */
export async function runFill([command, ...rest]: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: rest,
    options: {
      url: { type: 'string' },
      messages: { type: 'string' },
      clients: { type: 'string' },
      server: { type: 'string' },
      key: { type: 'string' },
      tries: { type: 'string' },
      browser: { type: 'boolean' },
    },
  });
  const { url, server, key } = values;
  if (command === 'fill' && url !== undefined) {
    await fillDatabase({ url, messages: Number(values.messages ?? 10_000_000), clients: Number(values.clients ?? 100_000) }, (line) => console.error(line));
    return 0;
  }
  if (command === 'pages' && server !== undefined && key !== undefined) {
    const tell = (line: string): void => console.log(line);
    const good = await measurePages({ server, key, tries: Number(values.tries ?? 20) }, tell);
    if (values.browser === true) await measureInBrowser({ server, key }, tell);
    return good ? 0 : 1;
  }
  console.error(FILL_USAGE);
  return 2;
}
