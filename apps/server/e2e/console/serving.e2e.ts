import { ask } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { describeConsole, passwordOf } from './console-page.js';

describe('the console as a node serves it', () => {
  const one = oneServer();
  const get = (path: string, headers: Record<string, string> = {}) => ask(`${one.server.url}${path}`, { headers });
  const assets = async () => {
    const { text } = await get('/console/');
    return [...text.matchAll(/(?:src|href)="(\/console\/[^"]+)"/g)].map((match) => match[1] as string);
  };

  it('is where the bare address leads to', async () => {
    for (const path of ['/', '/console']) {
      const { status, headers } = await get(path);
      expect([status, headers.location], path).toEqual([302, '/console/']);
    }
  });

  it('answers its page to every deep link, kept by nobody', async () => {
    for (const path of ['/console/', '/console/tenants', '/console/messages/01J?tab=data', '/console/tenants/%D0%A1/clients/a.js']) {
      const { status, headers, text } = await get(path);
      expect([status, headers['content-type'], headers['cache-control']], path).toEqual([200, 'text/html; charset=utf-8', 'no-store']);
      expect(text, path).toContain('<div id="root">');
    }
  });

  it('has a nonce of its own in each response, in every place of the page and in the policy', async () => {
    const nonces = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { text, headers } = await get('/console/');
        const [nonce] = /'nonce-([^']+)'/.exec(headers['content-security-policy'] as string)?.slice(1) ?? [];
        const inPage = [...text.matchAll(/nonce="([^"]*)"/g)].map((match) => match[1]);
        expect(inPage.length).toBeGreaterThan(0);
        expect(new Set(inPage)).toEqual(new Set([nonce]));
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(5);
  });

  it('allows nothing inline and nothing of elsewhere, and has nothing inline', async () => {
    const { headers, text } = await get('/console/');
    const policy = headers['content-security-policy'] as string;
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    for (const directive of ["base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "connect-src 'self'", "style-src-attr 'none'"]) {
      expect(policy.split('; ')).toContain(directive);
    }
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i);
    expect([...text.matchAll(/(?:src|href)="(?!\/console\/)[^"]*"/g)]).toEqual([]);
  });

  it('sends the headers that keep others out, and no HSTS where it is reached by http', async () => {
    for (const path of ['/console/', ...(await assets()).slice(0, 1), '/']) {
      const { headers } = await get(path);
      expect(headers, path).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('geolocation=()'),
      });
      expect(headers['strict-transport-security'], path).toBeUndefined();
    }
  });

  it('serves scripts and styles compressed at the build, for ever, and not again to who has them', async () => {
    const hashed = (await assets()).filter((path) => path.startsWith('/console/assets/'));
    expect(hashed.some((path) => path.endsWith('.js')) && hashed.some((path) => path.endsWith('.css'))).toBe(true);
    for (const path of hashed) {
      const lengths = await Promise.all(
        (['br', 'gzip', 'identity'] as const).map(async (encoding) => {
          const { status, headers } = await get(path, { 'accept-encoding': encoding });
          expect([status, headers['cache-control']], path).toEqual([200, 'public, max-age=31536000, immutable']);
          expect(headers['content-type'], path).toBe(path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8');
          const length = Number(headers['content-length']);
          if (length > 1024) expect([headers['content-encoding'] ?? 'identity', headers.vary], path).toEqual([encoding, 'accept-encoding']);
          const again = await get(path, { 'accept-encoding': encoding, 'if-none-match': headers.etag as string });
          expect([again.status, again.text], path).toEqual([304, '']);
          return length;
        }),
      );
      expect(
        lengths.toSorted((a, b) => a - b),
        path,
      ).toEqual(lengths);
    }
  });

  it('answers a script of an earlier build as a problem, and never as a page', async () => {
    const { status, headers } = await get('/console/assets/index-0000.js');
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
  });

  it('gives nothing away of what lies beside it', async () => {
    for (const path of [
      '%2e%2e/package.json',
      '..%2fpackage.json',
      'assets/..%2f..%2fpackage.json',
      '.vite/manifest.json',
      'index.html.br',
      '..%5cpackage.json',
    ]) {
      const { text } = await get(`/console/${path}`);
      expect(text, path).not.toContain('@vestnik/console');
      expect(text, path).toMatch(/<div id="root">|not-found/);
    }
  });

  it('leaves the page of the API where it is', async () => {
    expect((await get('/docs')).text).toContain('swagger-ui');
  });

  it('is less than 400 KB at the first load, compressed', async () => {
    const sizes = await Promise.all((await assets()).map(async (path) => Number((await get(path, { 'accept-encoding': 'br' })).headers['content-length'])));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(400 * 1024);
  });
});

describe('the console of a node that is reached by https', () => {
  const one = oneServer(() => ({ environment: { VESTNIK_PUBLIC_URL: 'https://bus.example' } }));

  it('asks browsers to stay with https', async () => {
    const { headers } = await ask(`${one.server.url}/console/`);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describeConsole('the console in a browser', ({ withConsole }) => {
  it('asks who nobody knows to sign in, wherever the link leads to, and brings them there', async () => {
    await withConsole({ role: 'nobody', language: 'ru' }, async (at) => {
      await at.open('/tenants');
      expect(new URL(at.page.url()).pathname).toBe('/console/sign-in');
      expect(await at.page.evaluate(() => document.documentElement.lang)).toBe('ru');
      await at.signIn('owner', passwordOf('owner'));
      expect(new URL(at.page.url()).pathname).toBe('/console/tenants');
    });
  });

  it('loads less than 400 KB until who signs in can type', async () => {
    await withConsole({ role: 'nobody' }, async (at) => {
      await at.open('/');
      const bytes = await at.page.evaluate(() =>
        [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
          .map((entry) => (entry as PerformanceResourceTiming).encodedBodySize)
          .reduce((sum, size) => sum + size, 0),
      );
      expect(bytes).toBeGreaterThan(1_000);
      expect(bytes).toBeLessThan(400 * 1024);
    });
  });

  it('loads less than 400 KB until the overview is there, answers and headers included', async () => {
    await withConsole({ role: 'owner' }, async (at) => {
      const devtools = await at.page.context().newCDPSession(at.page);
      await devtools.send('Network.enable');
      const transferred: number[] = [];
      devtools.on('Network.loadingFinished', ({ encodedDataLength }) => transferred.push(encodedDataLength));
      await at.open('/');
      expect(transferred.length).toBeGreaterThan(5);
      expect(transferred.reduce((sum, size) => sum + size, 0)).toBeLessThan(400_000);
    });
  });
});
