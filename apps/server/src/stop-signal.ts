const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals of a terminal and of a wrapper reach the process one after the other: within a second they are one. */
const SAME_MS = 1_000;

/**
 * The wish that the process stop. The first signal begins a clean stop; another one, a second or more later, means
 * that somebody does not want to wait.
 */
export class StopSignal {
  private first: number | undefined;
  private readonly stopped: Promise<string>;
  private readonly handlers = new Map<NodeJS.Signals, () => void>();

  constructor() {
    this.stopped = new Promise((resolve) => {
      for (const signal of SIGNALS) {
        const handler = () => {
          const now = performance.now();
          if (this.first === undefined) {
            this.first = now;
            resolve(signal);
          } else if (now - this.first > SAME_MS) {
            process.exit(130);
          }
        };
        this.handlers.set(signal, handler);
        process.on(signal, handler);
      }
    });
  }

  wait(): Promise<string> {
    return this.stopped;
  }

  close(): void {
    for (const [signal, handler] of this.handlers) process.removeListener(signal, handler);
  }
}
