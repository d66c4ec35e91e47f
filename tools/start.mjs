/** `npm start`: installs and builds what has changed, then is `vestnik start`. */
import { become, prepareOrExit } from './prepare.mjs';

endWithNpm();
await prepareOrExit();
await become('apps/cli/dist/main.js', ['start', ...process.argv.slice(2)]);

/**
 * Asks this process to end when the npm that started it has.
 *
 * A SIGTERM to npm ends npm and its shell at once and never reaches us: the
 * server would live on, unseen, on its port.
 */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  look.unref();
}
