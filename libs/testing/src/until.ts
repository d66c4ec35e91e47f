/**
 * Waiting for a condition over something that changes by events: no polling, no sleeps.
 *
 * Whoever changes what conditions look at calls `changed`; every condition is looked at again then.
 */
export class Conditions {
  readonly #waiting = new Set<() => void>();

  /** Looks at all conditions that are waited for. */
  changed(): void {
    for (const look of this.#waiting) look();
  }

  /**
   * Resolves with the first value of `condition` that is neither undefined nor false.
   *
   * @param what names the condition in the error when `timeoutMs` have passed; a function may add what was seen instead
   */
  until<Value>(what: string | (() => string), condition: () => Value | undefined | false, timeoutMs = 10_000): Promise<Value> {
    return new Promise((resolve, reject) => {
      const look = () => {
        let value: Value | undefined | false;
        try {
          value = condition();
        } catch (error) {
          settle();
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (value === undefined || value === false) return;
        settle();
        resolve(value);
      };
      const timer = setTimeout(() => {
        settle();
        reject(new Error(`not within ${timeoutMs} ms: ${typeof what === 'string' ? what : what()}`));
      }, timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Asks again and again where nothing tells of a change, such as another process's HTTP endpoint. */
export async function untilAsked<Value>(what: string, ask: () => Promise<Value | undefined | false>, timeoutMs = 10_000, everyMs = 50): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await ask();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
