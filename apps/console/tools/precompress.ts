import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** Below this a header costs more than it saves. */
const BYTES_MIN = 1024;
const TEXTS = new Set(['.css', '.js', '.json', '.svg', '.txt', '.webmanifest']);

/**
 * Leaves a brotli and a gzip of every text beside it (`x.js.br`, `x.js.gz`), as small as they get.
 *
 * Once at the build instead of at each request; the server sends what the browser takes. Not the page itself: each
 * response has its own.
 */
export function precompress(): Plugin {
  return {
    name: 'vestnik:precompress',
    apply: 'build',
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir }) {
        if (dir !== undefined) await precompressFolder(dir);
      },
    },
  };
}

/** Files of `public/` too, which are in no bundle. */
async function precompressFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && TEXTS.has(extname(entry.name))).map((entry) => join(entry.parentPath, entry.name));
  // zlib works on threads of its own.
  await Promise.all(files.map(precompressFile));
}

async function precompressFile(file: string): Promise<void> {
  const bytes = await readFile(file);
  if (bytes.length < BYTES_MIN) return;
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  if (brotli.length < bytes.length) await writeFile(`${file}.br`, brotli);
  if (gzipped.length < bytes.length) await writeFile(`${file}.gz`, gzipped);
}
