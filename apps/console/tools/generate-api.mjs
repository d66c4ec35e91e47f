/**
 * Writes src/api/schema.d.ts: the types of the HTTP API, from the server's own document.
 *
 * `npm run -w @vestnik/console generate`. With `--check` nothing is written, and
 * it ends with 1 where the file is not what the document would make of it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url));

/** The builder alone, and by its place: this tool is no part of the console, which imports nothing of the server. */
const DOCUMENT = new URL('../../../libs/management/src/openapi/document.ts', import.meta.url).href;

const HEADER = `// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated
/* oxlint-disable */
// Generated from the server's OpenAPI document: npm run -w @vestnik/console generate
`;

/** The text that the file must have. */
export async function generated() {
  const { openApiDocument } = await import(DOCUMENT);
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  // The cookie's name depends on the installation, and no type does on it.
  const document = openApiDocument({ version: '1.0.0', cookieName: 'vestnik' });
  return HEADER + astToString(await openapiTS(JSON.stringify(document), { alphabetize: false, immutable: false }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await generated();
  const before = await readFile(FILE, 'utf8').catch(() => '');
  if (process.argv.includes('--check')) {
    if (before !== text) {
      console.error('src/api/schema.d.ts is not what the document makes of it: npm run -w @vestnik/console generate');
      process.exitCode = 1;
    }
  } else if (before !== text) {
    await writeFile(FILE, text);
    console.log('src/api/schema.d.ts written');
  }
}
