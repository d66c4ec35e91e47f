import { TestServer, type TestServerOptions } from '@vestnik/testing';
import { type Browser, type BrowserContext, type Cookie, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { CHROMIUM, CHROMIUM_ARGUMENTS, HAS_CHROMIUM } from '../chromium.js';
import { type AccessibilityOptions, checkAccessibility } from './check-accessibility.js';
import { picture } from './picture.js';
import { type MeantRefusal, PageWatch } from './watch-page.js';

/** How somebody looks at the console. */
export interface Look {
  readonly language: 'en' | 'ru';
  readonly theme: 'light' | 'dark';
  readonly width: 1280 | 390;
}

/** Each language, each theme, each width: for `it.each`. */
export const LOOKS: readonly Look[] = (['en', 'ru'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((theme) => ([1280, 390] as const).map((width) => ({ language, theme, width }))),
);

export const ROLES = ['owner', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

export interface Wishes extends Partial<Look> {
  /** Who is signed in; default `owner`. `nobody`: nobody is. */
  readonly role?: Role | 'nobody';
  /** Instead of a role: this very administrator, who signs in by the form. */
  readonly as?: { readonly name: string; readonly password: string };
}

/** One server and one browser for all tests of a file. */
export interface ConsoleStand {
  readonly server: TestServer;
  /**
   * Opens the console in a browser of its own, as a role that has signed in by the form, and closes it after the test.
   *
   * @throws Error where the test does, or where anything went wrong that it did not mean: an error on the browser's console,
   *   a violation of the policy, a request to another host, a refusal
   */
  readonly withConsole: (wishes: Wishes, test: (at: ConsolePage, server: TestServer) => Promise<void>) => Promise<void>;
}

/** Tests of the console: `describe` with a stand, skipped loudly where there is no Chromium. */
export function describeConsole(title: string, tests: (stand: ConsoleStand) => void, options?: () => Promise<TestServerOptions> | TestServerOptions): void {
  if (!HAS_CHROMIUM) console.warn(`\n!!! SKIPPED: there is no Chromium (Debian: chromium); ${title} is not tested.\n`);
  describe.skipIf(!HAS_CHROMIUM)(title, () => {
    const stand = new RunningStand();
    beforeAll(async () => stand.start(await options?.()));
    afterAll(() => stand.close());
    tests(stand);
  });
}

/** The console in one browser, as one administrator. */
export class ConsolePage {
  constructor(
    /** Playwright's own, for all that is not here. */
    readonly page: Page,
    readonly look: Look,
    private readonly origin: string,
    private readonly watch: PageWatch,
  ) {}

  /** Opens a path below /console as a deep link, and waits until it is settled. */
  async open(path = '/'): Promise<void> {
    await this.page.goto(`${this.origin}/console${path}`);
    await this.settled();
  }

  /** Resolves when the page has its heading, and nothing in it says that it still waits. */
  async settled(): Promise<void> {
    await this.page.getByRole('heading', { level: 1 }).first().waitFor();
    await this.page.waitForFunction(
      () => document.querySelector('main [aria-busy="true"], .mantine-Skeleton-root[data-visible], .mantine-Loader-root') === null,
    );
  }

  /** Fills in the form and waits until it has led elsewhere; the form is found by what browsers fill in too, in any language. */
  async signIn(name: string, password: string): Promise<void> {
    await this.fillSignIn(name, password);
    await this.page.waitForURL((url) => !url.pathname.startsWith('/console/sign-in'));
    await this.settled();
  }

  /** Fills in the form and sends it off with the key Enter. */
  async fillSignIn(name: string, password: string): Promise<void> {
    await this.page.locator('input[autocomplete="username"]').fill(name);
    await this.page.locator('input[autocomplete="current-password"]').fill(password);
    await this.page.keyboard.press('Enter');
  }

  /** The API, asked by the page itself: with its cookie, and its proof of origin. */
  api(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
    return this.page.evaluate(
      async ([how, where, what]) => {
        // With a cookie a change says that it is JSON, whether or not it has a body.
        const headers: Record<string, string> = how === 'GET' ? {} : { 'content-type': 'application/json' };
        const response = await fetch(where, { method: how, headers, ...(what === undefined ? {} : { body: what }) });
        const text = await response.text();
        return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
      },
      [method, path, body === undefined ? undefined : JSON.stringify(body)] as const,
    );
  }

  /** From now on this answer is no fault: a test that means to be refused says so. */
  means(status: MeantRefusal['status'], path: MeantRefusal['path']): void {
    this.watch.mean({ status, path });
  }

  checkAccessibility(options?: AccessibilityOptions): Promise<void> {
    return checkAccessibility(this.page, options);
  }

  /** @throws Error where the page is wider than its window */
  async checkFits(): Promise<void> {
    const { width, wide } = await this.page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      wide: [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
        .slice(0, 5)
        .map((element) => `${element.tagName.toLowerCase()}.${element.className} ${Math.round(element.getBoundingClientRect().right)}`),
    }));
    if (width > this.look.width) throw new Error(`${this.page.url()} is ${width} pixels wide in a window of ${this.look.width}: ${wide.join('; ')}`);
  }

  /** Takes a picture for people: `<name>.<language>.<theme>.<width>.png`. */
  picture(name: string): Promise<void> {
    const { language, theme, width } = this.look;
    return picture(this.page, `${name}.${language}.${theme}.${width}`);
  }

  /** What each page has to stand in each look: it fits, is accessible, and has its picture taken. */
  async inspect(name: string, options?: AccessibilityOptions): Promise<void> {
    await this.settled();
    await this.picture(name);
    await this.checkFits();
    await this.checkAccessibility(options);
  }
}

class RunningStand implements ConsoleStand {
  private started: { readonly server: TestServer; readonly browser: Browser } | undefined;
  /** Of the roles that have signed in. */
  private readonly signedIn = new Map<Role, Promise<Cookie[]>>();

  async start(options: TestServerOptions = {}): Promise<void> {
    const [server, browser] = await Promise.all([
      // Endpoints of webhooks are on this machine.
      TestServer.start({ ...options, environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.1/32', ...options.environment } }),
      chromium.launch({ ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }), headless: true, args: CHROMIUM_ARGUMENTS }),
    ]);
    this.started = { server, browser };
    for (const role of ROLES) {
      const made = await server.api('POST', '/v1/administrators', { name: role, password: passwordOf(role), role });
      if (made.status !== 201) throw new Error(`the administrator ${role} could not be made: ${made.status} ${made.text}`);
    }
  }

  async close(): Promise<void> {
    await this.started?.browser.close();
    await this.started?.server.close();
  }

  get server(): TestServer {
    return this.running().server;
  }

  readonly withConsole: ConsoleStand['withConsole'] = async ({ role = 'owner', as, ...wished }, test) => {
    const look: Look = { language: 'en', theme: 'light', width: 1280, ...wished };
    const cookies = as === undefined && role !== 'nobody' ? await this.cookiesOf(role) : [];
    await this.inContext(look, async (at, context) => {
      await context.addCookies(cookies);
      if (as !== undefined) {
        await at.open('/sign-in');
        await at.signIn(as.name, as.password);
      }
      await test(at, this.server);
    });
  };

  /** Signs in by the form once; a test that signs a role out would take the cookie from all: it wishes for `as`. */
  private cookiesOf(role: Role): Promise<Cookie[]> {
    const known = this.signedIn.get(role);
    if (known !== undefined) return known;
    const cookies = this.inContext({ language: 'en', theme: 'light', width: 1280 }, async (at, context) => {
      await at.open('/sign-in');
      await at.signIn(role, passwordOf(role));
      return context.cookies();
    });
    this.signedIn.set(role, cookies);
    return cookies;
  }

  private async inContext<Result>(look: Look, act: (at: ConsolePage, context: BrowserContext) => Promise<Result>): Promise<Result> {
    const { browser, server } = this.running();
    const context = await browser.newContext({
      viewport: { width: look.width, height: look.width === 390 ? 844 : 800 },
      locale: look.language === 'ru' ? 'ru-RU' : 'en-GB',
      timezoneId: 'Europe/Moscow',
      colorScheme: look.theme,
      reducedMotion: 'reduce',
      permissions: ['clipboard-write'],
    });
    context.setDefaultTimeout(10_000);
    try {
      const watch = await PageWatch.of(context, server.url);
      const page = await context.newPage();
      let result: Result;
      try {
        result = await act(new ConsolePage(page, look, server.url, watch), context);
      } catch (error) {
        await picture(page, `failed/${Date.now()}.${look.language}.${look.theme}.${look.width}`).catch(() => undefined);
        const also = watch.faults.length === 0 ? '' : `\n\nWhat went wrong in the browser besides:\n${watch.faults.join('\n')}`;
        throw new Error(`at ${page.url()}: ${error instanceof Error ? error.message : String(error)}${also}`, { cause: error });
      }
      await watch.caughtUp(page);
      if (watch.faults.length > 0) throw new Error(`in the browser, at ${page.url()}:\n${watch.faults.join('\n')}`);
      return result;
    } finally {
      await context.close();
    }
  }

  private running() {
    if (this.started === undefined) throw new Error('the stand is not up yet');
    return this.started;
  }
}

/** Of the administrators that the stand has made; their names are their roles. */
export function passwordOf(role: Role): string {
  return `a long sentence for the ${role}`;
}
