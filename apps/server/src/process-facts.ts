import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { NodeFacts } from '@vestnik/core';

/** Means are over this. */
const SPAN_MS = 10_000;
const RESOLUTION_MS = 20;

export const VERSION = (createRequire(import.meta.url)('../package.json') as { version: string }).version;

/** What this process is like: what it takes of the machine, and how late it is. */
export class ProcessFacts {
  private readonly startedAt = Date.now();
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private before = { cpu: process.cpuUsage(), at: performance.now() };
  private cpu = 0;
  private loopDelayMs = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly accepting: () => boolean) {
    this.delay.enable();
    this.timer = setInterval(() => this.look(), SPAN_MS);
    this.timer.unref();
  }

  read(): NodeFacts {
    const { startedAt, cpu, loopDelayMs } = this;
    return { host: hostname(), version: VERSION, startedAt, memoryBytes: process.memoryUsage.rss(), cpu, loopDelayMs, accepting: this.accepting() };
  }

  close(): void {
    clearInterval(this.timer);
    this.delay.disable();
  }

  private look(): void {
    const { cpu, at } = this.before;
    this.before = { cpu: process.cpuUsage(), at: performance.now() };
    const { user, system } = process.cpuUsage(cpu);
    this.cpu = rounded((user + system) / 1_000 / (this.before.at - at));
    // The library measures from one look of its own to the next: what it waits for anyway is no delay.
    this.loopDelayMs = Number.isNaN(this.delay.mean) ? 0 : rounded(Math.max(0, this.delay.mean / 1e6 - RESOLUTION_MS));
    this.delay.reset();
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
