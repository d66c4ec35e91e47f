import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM, CHROMIUM_ARGUMENTS, HAS_CHROMIUM } from '../chromium.js';

const PAGES = fileURLToPath(new URL('../../../../docs/examples/browser', import.meta.url));

export { HAS_CHROMIUM };

/** The pages of docs/examples/browser, by what they use. */
export const PAGE_NAMES = ['web-socket', 'event-source', 'fetch'] as const;

/** A headless Chromium, and a web server of another origin than the bus that has the pages. */
export class Browser {
  private constructor(
    /** Of the pages. */
    readonly origin: string,
    private readonly context: BrowserContext,
    private readonly closing: () => void,
  ) {}

  static async start(): Promise<Browser> {
    const pages = createServer((request, response) => {
      const path = join(PAGES, basename((request.url ?? '/').split('?')[0] ?? ''));
      if (!path.endsWith('.html') || !existsSync(path)) response.writeHead(404).end();
      else response.setHeader('content-type', 'text/html').end(readFileSync(path));
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    const profile = mkdtempSync(join(tmpdir(), 'vestnik-browser-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      args: CHROMIUM_ARGUMENTS,
    });
    return new Browser(`http://127.0.0.1:${(pages.address() as AddressInfo).port}`, context, () => {
      pages.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });
  }

  /** @param url where the tenant is, as the page is told */
  async open(name: (typeof PAGE_NAMES)[number], url: string, token: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(`${this.origin}/${name}.html#${new URLSearchParams({ url, token })}`);
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
    this.closing();
  }
}
