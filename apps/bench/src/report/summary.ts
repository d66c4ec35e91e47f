import type { Measured } from '../rounds.js';
import type { Figures, Scenario } from '../scenario.js';

/** What became of one side under one condition. */
export interface Row {
  readonly condition: string;
  readonly side: string;
  readonly isFloor: boolean;
  readonly medians: Figures;
  /** Ratios to each floor of the condition: floor, then figure. Medians of the ratios within each round. */
  readonly ratios: Readonly<Record<string, Figures>>;
  readonly rounds: readonly Figures[];
  readonly failure?: string;
}

export interface Summary {
  readonly scenario: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Puts the rounds of a scenario together. Ratios are taken within a round: only those mean anything on a noisy machine. */
export function summarise(scenario: Scenario, measured: readonly Measured[]): Summary {
  const conditions = [...new Set(measured.map(({ cell }) => cell.condition))];
  const inOrder = conditions.flatMap((condition) => measured.filter(({ cell }) => cell.condition === condition));
  const rows = inOrder.map(({ cell, rounds, failure }): Row => {
    const floors = cell.isFloor ? [] : measured.filter((other) => other.cell.isFloor && other.cell.condition === cell.condition);
    const ratios = floors.map((floor) => [floor.cell.side, ratiosTo(floor.rounds, rounds, scenario.compared)] as const);
    return { condition: cell.condition, side: cell.side, isFloor: cell.isFloor, medians: medians(rounds), ratios: Object.fromEntries(ratios), rounds, failure };
  });
  return { scenario: scenario.name, title: scenario.title, rows };
}

function ratiosTo(floor: readonly Figures[], product: readonly Figures[], figures: readonly string[]): Figures {
  const both = Math.min(floor.length, product.length);
  return Object.fromEntries(
    figures.map((figure) => [
      figure,
      median(Array.from({ length: both }, (_, round) => (product[round]?.[figure] ?? Number.NaN) / (floor[round]?.[figure] ?? Number.NaN))),
    ]),
  );
}

function medians(rounds: readonly Figures[]): Figures {
  const figures = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(figures.map((figure) => [figure, median(rounds.map((round) => round[figure] ?? Number.NaN))]));
}

/** The middle of what is a number; NaN of nothing. */
export function median(values: readonly number[]): number {
  const ascending = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (ascending.length === 0) return Number.NaN;
  const middle = Math.floor(ascending.length / 2);
  return ascending.length % 2 === 1 ? (ascending[middle] as number) : ((ascending[middle - 1] as number) + (ascending[middle] as number)) / 2;
}
