import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

const HAS_CURL = spawnSync('curl', ['--version']).status === 0;
if (!HAS_CURL) console.warn('\n!!! SKIPPED: there is no curl; what the README shows is not tested with it.\n');

const run = (...args: string[]) => {
  const { stdout, status } = spawnSync('curl', ['--silent', '--show-error', '--max-time', '10', ...args], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
};

describe.skipIf(!HAS_CURL)('curl', () => {
  const one = oneServer();

  it('pushes to a client by name, asks what became of it, and reads a problem', async () => {
    const tenant = await one.tenant();
    const url = `${one.server.url}${tenant.path}/messages`;
    const client = await tenant.connect('ivanov');
    const common = ['-H', `Authorization: Bearer ${tenant.key}`, '-H', 'Content-Type: application/json'];
    const answer = JSON.parse(run('-X', 'POST', url, ...common, '-d', '{"to":"ivanov","type":"hello","data":{"text":"Hello"}}')) as { id: string };
    const [message] = await client.received(1);
    expect(message).toMatchObject({ id: answer.id, from: tenant.address('server'), data: { text: 'Hello' } });
    await client.call('ack', { position: message?.position });

    const state = JSON.parse(run(`${url}/${answer.id}`, ...common)) as { to: { state: string }[] };
    expect(state.to[0]?.state).toBe('acknowledged');

    const refused = run('-i', '-X', 'POST', url, ...common, '-d', '{"to":"ivanov"}');
    expect(refused).toMatch(/^HTTP\/1\.1 400/);
    expect(refused).toMatch(/content-type: application\/problem\+json/i);
    expect(refused).toContain('urn:vestnik:problem:message-invalid');
  });

  it('may present the key as a password, as simple HTTP stacks do', async () => {
    const tenant = await one.tenant();
    const url = `${one.server.url}${tenant.path}/messages`;
    const answer = run(
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '-u',
      `anything:${tenant.key}`,
      '-H',
      'Content-Type: application/json',
      '-d',
      '{"to":"ivanov","type":"hello"}',
      url,
    );
    expect(answer).toBe('202');
  });

  it('calls any method by rpc, as a client', async () => {
    const tenant = await one.tenant();
    const token = await tenant.token('ivanov');
    const rpc = (body: string) =>
      JSON.parse(run(`${one.server.url}${tenant.path}/rpc`, '-H', `Authorization: Bearer ${token}`, '-H', 'Content-Type: application/json', '-d', body)) as {
        result: Record<string, unknown>;
      };
    await tenant.send({ to: 'ivanov', type: 'n', data: 1 });
    const sent = rpc('{"jsonrpc":"2.0","id":1,"method":"send","params":{"to":"petrov","type":"hello","data":{"text":"Привет"}}}');
    const petrov = await tenant.connect('petrov');
    expect(await petrov.received(1)).toMatchObject([{ id: sent.result.id, from: tenant.address('ivanov'), data: { text: 'Привет' } }]);
    expect(rpc('{"jsonrpc":"2.0","id":2,"method":"subscribe","params":{"topic":"orders/#"}}').result).toHaveProperty('position');
    expect(rpc('{"jsonrpc":"2.0","id":3,"method":"presence.get","params":{"clients":["petrov"]}}').result).toMatchObject({
      clients: [{ client: tenant.address('petrov'), online: true }],
    });
    expect(rpc('{"jsonrpc":"2.0","id":4,"method":"history","params":{}}').result).toMatchObject({ messages: [{ type: 'hello' }, { type: 'n' }] });
  });
});
