import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';

let app: ManagementApp;
beforeAll(async () => {
  app = await managementApp();
});
afterAll(() => app.app.close());

it('serves the page and every file that it names, all from this node', async () => {
  const page = await app.call('GET', '/docs');
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.text).not.toMatch(/https?:\/\//);
  const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url as string);
  expect(files).toContain('/docs/start.js');
  for (const file of files) expect((await app.call('GET', file)).status, file).toBe(200);
});

it('allows scripts and connections of this node only, and none in the page itself', async () => {
  const page = await app.call('GET', '/docs');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; ");
  expect(page.text).not.toMatch(/<script>|<style|\son\w+=/);
});

it.each(['nothing.js', '..%2fpackage.json', 'constructor', '__proto__'])('has no file %s', async (file) => {
  const answer = await app.call('GET', `/docs/${file}`);
  expect([answer.status, slugOf(answer)]).toEqual([404, 'not-found']);
});
