import type { Cores } from './processes/cores.js';
import type { Database } from './processes/database.js';

/** Named figures of one measurement: what they mean is in `report/columns.ts`. */
export type Figures = Readonly<Record<string, number>>;

/** One side of a comparison under one condition: what is measured once a round. */
export interface Cell {
  /** Who is measured: the product in one of its ways, or a floor. */
  readonly side: string;
  /** The condition under which the sides are compared, such as `16 in flight`. */
  readonly condition: string;
  /** A floor is what the product is compared with. */
  readonly isFloor: boolean;
  measure(): Promise<Figures>;
}

/** What of a scenario is set up once, before its rounds. */
export interface Stage {
  readonly cells: readonly Cell[];
  close(): Promise<void>;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Where a measurement takes long and changes little: no more rounds than this. */
  readonly roundsMax?: number;
  /** It takes long or much room: it runs when it is named only. */
  readonly onRequest?: true;
  /** Figures that are shown, in this order. */
  readonly figures: readonly string[];
  /** Figures whose ratio to each floor is shown. */
  readonly compared: readonly string[];
  /** What the reader must know to read the table. */
  readonly notes: readonly string[];
  prepare(surroundings: Surroundings): Promise<Stage>;
}

/** What every scenario is given. */
export interface Surroundings {
  readonly cores: Cores;
  readonly database: Database;
  readonly durations: Durations;
  /** Smaller numbers of clients, for trying things out. */
  readonly quick: boolean;
  /** How many messages a large log is to have. */
  readonly messages: number;
}

export interface Durations {
  readonly warmUpMs: number;
  readonly windowMs: number;
}
