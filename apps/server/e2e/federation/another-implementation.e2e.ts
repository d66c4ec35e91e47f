import { fileURLToPath } from 'node:url';
import { Conditions, TestServer, type TestTenant, TiedProcess, untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** What was written from docs/federation.md alone: where it is not understood, the page or the wire has changed. */
const OTHER_END = fileURLToPath(new URL('../../../../docs/examples/link/other-end.mjs', import.meta.url));

let hq: TestServer;
let demo: TestTenant;
let other: TiedProcess | undefined;
let output = '';
const printed = new Conditions();

beforeAll(async () => {
  hq = await TestServer.start({ installation: 'hq' });
  demo = await hq.createTenant('demo', { accepts: ['robot@factory.other-end'] });
});
afterAll(async () => {
  other?.signal('SIGKILL');
  await hq?.close();
});

it('is linked with another implementation, which sends, takes, tells what became of it, and is called', async () => {
  const { invite } = (await hq.api('POST', '/v1/links/invites')).body as { invite: string };
  other = new TiedProcess(process.execPath, [OTHER_END, invite], {
    onOutput: (text) => {
      output += text;
      printed.changed();
    },
  });
  const words = await printed.until(
    () => `the words: ${output}`,
    () => /^words: (.*)$/m.exec(output)?.[1],
  );
  const links = (await hq.api('GET', '/v1/links')).body as { items: { id: string; name: string; words: string }[] };
  expect(links.items).toMatchObject([{ name: 'other-end', words }]);
  expect((await hq.api('POST', `/v1/links/${links.items[0]?.id}/confirm`, {})).status).toBe(200);

  const id = await untilAsked(
    'it takes what is sent',
    async () => (await demo.api('POST', '/messages', { to: 'robot@factory.other-end', type: 'start', data: { speed: 2 } })).body.id as string | undefined,
  );
  const stateOf = async () => ((await demo.api('GET', `/messages/${id}`)).body.to as { state: string }[])[0]?.state;
  await untilAsked('its state has come home', async () => (await stateOf()) === 'acknowledged');
  expect(output).toContain('{"speed":2}');

  const called = await demo.api('POST', '/calls', { to: 'robot@factory.other-end', method: 'spin', params: { times: 3 } });
  expect(called.body).toEqual({ result: { echo: { times: 3 } }, from: 'robot@factory.other-end/1' });

  const ivanov = await demo.connect('ivanov');
  const greeting = await untilAsked('its message has come', async () => ivanov.messages.find(({ type }) => type === 'hello'));
  expect(greeting).toMatchObject({ from: 'robot@factory.other-end', to: 'ivanov@demo.hq', data: { text: 'Hello' } });
  ivanov.notify('ack', { position: greeting.position });
  await printed.until(
    () => `what became of its message: ${output}`,
    () => /^states .*"to":"ivanov@demo".*"state":"acknowledged"/m.test(output),
  );
  ivanov.terminate();
});
