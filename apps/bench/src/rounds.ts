import type { Cell, Figures, Stage } from './scenario.js';

/** All measurements of one cell, a round each. */
export interface Measured {
  readonly cell: Cell;
  readonly rounds: Figures[];
  /** Why it is measured no more. */
  failure?: string;
}

/**
 * Measures all sides of each condition in turn, round after round.
 *
 * Sides alternate within a round, and another one begins each round: what the machine does meanwhile hits all alike.
 * A side that fails is left out from then on; the others go on.
 */
export async function measureRounds(stage: Stage, rounds: number, tell: (line: string) => void): Promise<Measured[]> {
  const measured: Measured[] = stage.cells.map((cell) => ({ cell, rounds: [] }));
  const conditions = [...new Set(stage.cells.map(({ condition }) => condition))];
  for (const condition of conditions) {
    const sides = measured.filter(({ cell }) => cell.condition === condition);
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < sides.length; turn++) {
        const side = sides[(turn + round) % sides.length] as Measured;
        if (side.failure !== undefined) continue;
        try {
          side.rounds.push(await side.cell.measure());
          tell(`${condition}, round ${round + 1}: ${side.cell.side}`);
        } catch (error) {
          side.failure = error instanceof Error ? error.message : String(error);
          tell(`${condition}, round ${round + 1}: ${side.cell.side} FAILED: ${side.failure}`);
        }
      }
    }
  }
  return measured;
}
