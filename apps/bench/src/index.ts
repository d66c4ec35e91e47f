import { writeFile } from 'node:fs/promises';
import { FILL_USAGE, runFill } from './fill/run-fill.js';
import { readOptions, USAGE } from './options.js';
import { chooseCores, runOnLoadCore } from './processes/cores.js';
import { startDatabase } from './processes/database.js';
import { describeMachine, machineLine } from './report/machine.js';
import { toMarkdown } from './report/markdown.js';
import { type Summary, summarise } from './report/summary.js';
import { measureRounds } from './rounds.js';
import type { Stage, Surroundings } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

/**
 * Runs the benchmark: tables to standard output, progress to standard error.
 *
 * @returns the exit code: 0, 1 where something could not be measured, 2 for a wrong command line
 */
export async function runBench(argv: readonly string[]): Promise<number> {
  if (argv[0] === 'fill' || argv[0] === 'pages') return runFill(argv);
  const wish = readOptions(
    argv,
    SCENARIOS.map(({ name }) => name),
    SCENARIOS.filter(({ onRequest }) => onRequest !== true).map(({ name }) => name),
  );
  if (wish.kind === 'help') {
    console.log(`${USAGE}\n\n${FILL_USAGE}`);
    return 0;
  }
  if (wish.kind === 'wrong') {
    console.error(`${wish.reason}\n\n${USAGE}`);
    return 2;
  }
  const { scenarios, rounds, quick, messages, json } = wish.options;
  const tell = (line: string): void => console.error(line);

  const cores = chooseCores();
  // Before this process goes to its core, or the database would inherit it.
  const database = await startDatabase();
  try {
    runOnLoadCore(cores);
    const machine = describeMachine(cores, new Date());
    const durations = quick ? { warmUpMs: 300, windowMs: 700 } : { warmUpMs: 1_000, windowMs: 3_000 };
    const surroundings: Surroundings = { cores, database, durations, quick, messages };
    console.log(`${machineLine(machine)} Medians of ${rounds} rounds${quick ? '; a quick run, whose figures mean little' : ''}.\n`);

    const summaries: Summary[] = [];
    let isWhole = true;
    for (const scenario of SCENARIOS.filter(({ name }) => scenarios.includes(name))) {
      tell(`${scenario.name}: starting`);
      let stage: Stage | undefined;
      try {
        stage = await scenario.prepare(surroundings);
        const measured = await measureRounds(stage, Math.min(rounds, scenario.roundsMax ?? rounds), (line) => tell(`${scenario.name}: ${line}`));
        const summary = summarise(scenario, measured);
        summaries.push(summary);
        console.log(`${toMarkdown(scenario, summary)}\n`);
      } catch (error) {
        isWhole = false;
        console.log(`## ${scenario.title}\n\nNot measured: ${error instanceof Error ? error.message : String(error)}\n`);
      } finally {
        await stage?.close();
      }
    }
    if (json !== undefined) await writeFile(json, `${JSON.stringify({ machine, rounds, quick, summaries }, null, 2)}\n`);
    const hasFailures = summaries.some(({ rows }) => rows.some(({ failure }) => failure !== undefined));
    return isWhole && !hasFailures ? 0 : 1;
  } finally {
    await database.stop();
  }
}
