#!/usr/bin/env node
import { runBench } from './index.js';
import { end } from './processes/ending.js';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end().finally(() => process.exit(130)));

process.exit(await runBench(process.argv.slice(2)));
