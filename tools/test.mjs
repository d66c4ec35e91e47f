/**
 * `npm test`: installs and builds what has changed, runs every test, and ends with one plain line: `N passed, N failed`.
 *
 * `--faults` runs the long fault tests instead. Other arguments go to vitest:
 * words choose the files whose path holds them.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareOrExit, ROOT } from './prepare.mjs';
import { countResults, summaryLine } from './test-results.mjs';

const args = process.argv.slice(2);
const faults = args.includes('--faults');
const results = join(ROOT, '.build', `test-results-${process.pid}.json`);

await prepareOrExit();
mkdirSync(join(ROOT, '.build'), { recursive: true });

const exitCode = await runVitest([
  'run',
  ...(faults ? ['--config', join('tools', 'vitest.faults.config.ts')] : []),
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
  ...args.filter((argument) => argument !== '--faults'),
]);
const counted = countResults(results, exitCode);
rmSync(results, { force: true });

for (const complaint of counted.complaints) console.log(complaint);
console.log(summaryLine(counted));
process.exitCode = counted.failed > 0 || counted.passed === 0 ? 1 : 0;

function runVitest(vitestArgs) {
  // A Ctrl-C reaches vitest as well, which ends its tests in order; the last line is still to be written.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), ...vitestArgs], { cwd: ROOT, stdio: 'inherit' });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
