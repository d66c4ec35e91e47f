/** What has to be closed at the end of a stage: the last that was opened first. */
export class Closing {
  readonly #steps: (() => Promise<unknown>)[] = [];

  after(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  async close(): Promise<void> {
    for (const step of this.#steps.reverse()) await step();
    this.#steps.length = 0;
  }
}

/** Builds a stage; what was opened is closed again where that fails. */
export async function building<T>(closing: Closing, build: () => Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (error) {
    await closing.close();
    throw error;
  }
}
