import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const CONSOLE = join(dirname(fileURLToPath(import.meta.url)), '../../../console');

it('types of the console are those of the document that the server gives', async () => {
  const args = ['--conditions=source', '--import', '@oxc-node/core/register', 'tools/generate-api.mjs', '--check'];
  // Ends with 1, and says what to run, where they are not.
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: CONSOLE });
  expect(stderr).not.toContain('schema.d.ts');
});
