/** `npm run bench`: installs and builds what has changed, then measures. */
import { become, prepareOrExit } from './prepare.mjs';

await prepareOrExit();
await become('apps/bench/dist/main.js', process.argv.slice(2));
