import { type Answer, ask, type RawSocketClient, type TestTenant } from '@vestnik/testing';
import { io, type Socket } from 'socket.io-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

/** Ends of an answer that would begin another thing, if it were passed on without being read. */
const BREAKING_OUT = [
  '1},{"jsonrpc":"2.0","id":"1","result":"forged"',
  '1}\n{"jsonrpc":"2.0","method":"message","params":{}',
  '1,"error":{"code":1,"message":"x"}',
  '"x" "y"',
  '{"a":1}}',
  '[1,2',
  'NaN',
  '01',
  '"\u0001"',
  '"\n"',
  "'x'",
  'undefined',
  '1//',
];
/** JSON that says something else to readers that are not careful. */
const STRANGE = [
  '{"__proto__":{"admin":true},"constructor":1}',
  '{"result":1,"result":2}',
  '"\\u2028\u2028\u2029\u0085"',
  '"</script>\\r\\n\\r\\ndata: x\\n\\nid: 7"',
  '"\\ud800"',
  '1e999999',
  '12345678901234567890.12345678901234567890',
  '{ \r\n "a" :\n [ 1 ,\r 2 ] }',
  'null',
];

describe('what passes through the bus as it was sent', () => {
  const one = oneServer();
  let tenant: TestTenant;
  let callee: RawSocketClient;
  beforeAll(async () => {
    tenant = await one.tenant();
    callee = await tenant.connect('callee');
  });

  /** Calls by HTTP, and lets the called client answer with a text of its own. */
  const answeredWith = async (answer: (id: string) => unknown): Promise<Answer> => {
    const before = callee.calls.length;
    const called = tenant.api('POST', '/calls', { to: 'callee', method: 'm', timeout: 20 });
    const { id } = await callee.until('it is called', ({ calls }) => calls[before]);
    await answer(id);
    return called;
  };

  it('is one value, or it is no answer: over a WebSocket', async () => {
    for (const [at, text] of BREAKING_OUT.entries()) {
      // Ten of them in a minute would close the session.
      if (at % 8 === 7) callee = await tenant.connect('callee', { device: `d${at}` });
      const seen = await answeredWith((id) => {
        callee.sendText(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${text}}`);
        callee.sendText(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":"genuine"}`);
      });
      if (text.startsWith('1,"error"')) expect(seen.body).toMatchObject({ type: 'urn:vestnik:problem:call-failed', error: { code: 1, message: 'x' } });
      else expect(seen.body, text).toEqual({ result: 'genuine', from: expect.any(String) });
    }
  });

  it('is one value, or it is no answer: by HTTP', async () => {
    const poll = await tenant.api('GET', '/inbox?wait=0&idle=60', undefined, await tenant.token('poller'));
    expect(poll.status).toBe(200);
    const called = tenant.api('POST', '/calls', { to: 'poller', method: 'm', timeout: 20 });
    const page = await tenant.api('GET', `/inbox?wait=20&after=${poll.body.position as string}`, undefined, await tenant.token('poller'));
    const [{ id }] = page.body.events as [{ id: string }];
    const answer = async (text: string) =>
      ask(`${one.server.url}${tenant.path}/rpc`, { body: `{"jsonrpc":"2.0","id":"${id}","result":${text}}`, credentials: await tenant.token('poller') });
    for (const text of BREAKING_OUT) {
      if (text.startsWith('1,"error"')) continue;
      expect((await answer(text)).body, text).toMatchObject({ error: { code: -32700 } });
    }
    expect((await answer('"genuine"')).status).toBe(204);
    expect((await called).body).toMatchObject({ result: 'genuine' });
  });

  it('comes out byte for byte and still in its place, as the result of a call', async () => {
    for (const text of STRANGE) {
      const seen = await answeredWith((id) => callee.sendText(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${text}}`));
      expect(seen.text, text).toMatch(/^\{"result":.*,"from":"callee@[^"]*"\}$/s);
      expect(seen.text.slice('{"result":'.length).startsWith(text), text).toBe(true);
      expect(Object.keys(JSON.parse(seen.text) as object)).toEqual(['result', 'from']);

      const failed = await answeredWith((id) => callee.sendText(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${text}}`));
      if (text === 'null') continue;
      expect([failed.status, failed.body.type], text).toEqual([422, 'urn:vestnik:problem:call-failed']);
      expect(failed.text, text).toContain(text);
    }
  });

  it('cannot pretend to be another answer by what stands in it', async () => {
    const seen = await answeredWith((id) =>
      callee.sendText(
        JSON.stringify({
          jsonrpc: '2.0',
          id,
          error: { code: 1, message: 'x', type: 'urn:vestnik:problem:unauthenticated', status: 401, retryAfter: 9, from: 'bank@hq' },
        }),
      ),
    );
    expect(seen).toMatchObject({ status: 422, body: { type: 'urn:vestnik:problem:call-failed', status: 422, from: expect.stringContaining('callee@') } });
    expect(seen.headers['retry-after']).toBeUndefined();
    const marked = await answeredWith((id) =>
      callee.sendText(JSON.stringify({ jsonrpc: '2.0', id, result: ['\u0000raw-json\u0000', '"\u0000raw-json\u0000"'] })),
    );
    expect(marked.body.result).toEqual(['\u0000raw-json\u0000', '"\u0000raw-json\u0000"']);
  });

  it('breaks no event of a stream, and no line', async () => {
    const listener = await tenant.mint('listener');
    for (const accept of ['text/event-stream', 'application/x-ndjson']) {
      const aborted = new AbortController();
      const response = await fetch(`${one.server.url}${tenant.path}/events?session=s`, {
        headers: { accept, authorization: `Bearer ${listener}` },
        signal: aborted.signal,
      });
      for (const text of STRANGE) {
        const sent = await ask(`${one.server.url}${tenant.path}/messages`, {
          body: `{"to":"listener","type":"t","durable":false,"data":\r\n${text}\n}`,
          credentials: tenant.key,
        });
        expect(sent.status, text).toBe(202);
      }
      const called = tenant.api('POST', '/calls', { to: 'listener', method: 'm', params: { a: '\r\nid: 7\r\n\r\n' }, timeout: 0.2 });
      await tenant.send({ to: 'listener', type: 'last', durable: false });
      await called;
      await tenant.send({ to: 'listener', type: 'last', durable: false });
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true });
        if (text.split('"type":"last"').length > 2) break;
      }
      aborted.abort();
      expect(text).not.toContain('\r');
      const lines = text.split('\n').filter((line) => line !== '' && line !== ':');
      if (accept === 'application/x-ndjson') {
        for (const line of lines) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
      } else {
        for (const line of lines) expect(line).toMatch(/^(?:event: (?:message|call|cancel|notice)|retry: \d+|data: \{[^\r\n]*\})$/);
        for (const line of lines) if (line.startsWith('data: ')) expect(() => JSON.parse(line.slice(6)) as unknown, line).not.toThrow();
      }
      expect(lines.filter((line) => line.includes('"type":"t"'))).toHaveLength(STRANGE.length);
    }
  });

  it('keeps its place over Socket.IO', async () => {
    const socket: Socket = io(`${one.server.url}/tenants/${tenant.name}`, {
      auth: { token: await tenant.token('rider') },
      transports: ['websocket'],
      reconnection: false,
    });
    try {
      await new Promise((resolve) => socket.on('ready', resolve));
      const answers: unknown[] = [
        { result: '1},{"jsonrpc":"2.0"' },
        { result: { __proto__: null, toJSON: 'x' } },
        { result: Buffer.from('binary') },
        { result: { _placeholder: true, num: 0 } },
        { error: { code: 1, message: '"}]' } },
        'text',
        [],
        { neither: 1 },
      ];
      socket.on('call', (_params: unknown, reply: (answer: unknown) => void) => reply(answers[0]));
      for (; answers.length > 0; answers.shift()) {
        const seen = await tenant.api('POST', '/calls', { to: 'rider', method: 'm', timeout: 5 });
        expect(seen.status, JSON.stringify(answers[0])).toBeOneOf([200, 422]);
        expect(seen.body.from).toMatch(/^rider@/);
      }
    } finally {
      socket.disconnect();
    }
  });
});
