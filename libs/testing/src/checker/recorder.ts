import { closeSync, openSync, writeSync } from 'node:fs';
import { formatObservation, type Observation } from './observation.js';

/** Keeps what clients see, in the order in which they see it. */
export interface Recorder {
  record(observation: Observation): void;
}

/** In memory, for clients in one process. */
export class MemoryRecorder implements Recorder {
  readonly observations: Observation[] = [];

  constructor(private readonly onRecord?: (observation: Observation) => void) {}

  record(observation: Observation): void {
    this.observations.push(observation);
    this.onRecord?.(observation);
  }
}

/**
 * In a file, one JSON line each, for clients that are processes of their own or are killed.
 *
 * Each line is one write in append mode, so several processes may share a file and a killed one leaves whole lines.
 */
export class FileRecorder implements Recorder {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  record(observation: Observation): void {
    writeSync(this.#file, `${formatObservation(observation)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
