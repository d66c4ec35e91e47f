import type { BrowserContext, Page, Response } from 'playwright-core';

/** An answer that a test means to get. */
export interface MeantRefusal {
  readonly status: number;
  /** A part of the URL. */
  readonly path: string;
}

/** Asked before anybody has signed in: that nobody is, is an answer. */
const ALWAYS_MEANT: readonly MeantRefusal[] = [{ status: 401, path: '/v1/session' }];

/**
 * What goes wrong in a browser while nobody looks: errors on its console, exceptions, what the Content-Security-Policy has
 * stopped, requests to another host, and refusals that no test meant.
 */
export class PageWatch {
  readonly faults: string[] = [];
  private readonly meant = [...ALWAYS_MEANT];

  private constructor(private readonly origin: string) {}

  /** Call it before the first page of the context is opened. */
  static async of(context: BrowserContext, origin: string): Promise<PageWatch> {
    const watch = new PageWatch(origin);
    await context.addInitScript((mark) => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, lineNumber, sample }) => {
        console.error(`${mark} ${effectiveDirective}: ${blockedURI} ${sample} at ${sourceFile}:${lineNumber}`);
      });
    }, STOPPED);
    context.on('page', (page) => watch.follow(page));
    context.on('request', (request) => watch.foreign(request.url()));
    context.on('response', (response) => watch.refused(response));
    context.on('weberror', (error) => watch.add(`an exception: ${error.error().stack ?? error.error().message}`));
    return watch;
  }

  /** From now on this is no fault. */
  mean(refusal: MeantRefusal): void {
    this.meant.push(refusal);
  }

  /** Resolves when what the page has done until now has been told: events of it are tasks of their own. */
  async caughtUp(page: Page): Promise<void> {
    // A page that is just being left has nothing more to tell.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))).catch(() => undefined);
  }

  private follow(page: Page): void {
    page.on('websocket', (socket) => this.foreign(socket.url().replace(/^ws/, 'http')));
    page.on('console', (message) => {
      // Answers are looked at as answers.
      const text = message.text();
      if (message.type() !== 'error' || text.startsWith('Failed to load resource:')) return;
      this.add(text.startsWith(STOPPED) ? text : `on the console: ${text}`);
    });
  }

  private foreign(url: string): void {
    if (/^(?:data|blob|about):/.test(url) || new URL(url).origin === this.origin) return;
    this.add(`a request leaves for ${url}`);
  }

  private refused(response: Response): void {
    const status = response.status();
    const url = response.url();
    if (status < 400 || this.meant.some((one) => one.status === status && url.includes(one.path))) return;
    this.add(`${response.request().method()} ${url.replace(this.origin, '')} answered ${status}`);
  }

  private add(fault: string): void {
    if (!this.faults.includes(fault)) this.faults.push(fault);
  }
}

const STOPPED = 'the policy has stopped';
