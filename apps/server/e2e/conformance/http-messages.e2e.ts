import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

describe('sending over HTTP alone', () => {
  const one = oneServer();

  it('takes a batch, in which one bad message fails none of the others', async () => {
    const tenant = await one.tenant();
    const receiver = await tenant.connect('ivanov');
    const messages = [{ to: 'ivanov', type: 'a' }, { to: 'ivanov' }, { to: 'ivanov@@', type: 'b' }, { to: 'ivanov', type: 'c' }];
    const answer = await tenant.api('POST', '/messages/batch', { messages });
    expect(answer.status).toBe(202);
    const results = answer.body.results as Record<string, unknown>[];
    expect(results.map((result) => result.type ?? 'taken')).toEqual([
      'taken',
      expect.stringContaining('message-invalid'),
      expect.stringMatching(/(message|address)-invalid/),
      'taken',
    ]);
    expect((await receiver.received(2)).map(({ type }) => type)).toEqual(['a', 'c']);
  });

  it('refuses data that is too large, more recipients than there may be, and requests larger than 8 MiB', async () => {
    const tenant = await one.tenant();
    expect((await tenant.api('POST', '/messages', { to: 'ivanov', type: 'hello', data: 'x'.repeat(256 * 1024) })).status).toBe(413);
    const many = await tenant.api('POST', '/messages', { to: Array.from({ length: 1_001 }, (_, at) => `c${at}`), type: 'hello' });
    expect(many).toMatchObject({ status: 400, body: { errors: [{ path: 'to' }] } });
    // A server that does not read such a body to its end may cut the connection while it is still being written.
    const huge = tenant.api('POST', '/messages', `{"to":"ivanov","type":"hello","data":"${'x'.repeat(8 * 1024 * 1024)}"}`);
    expect(
      await huge.then(
        ({ status }) => status,
        ({ code }: NodeJS.ErrnoException) => code,
      ),
    ).toBeOneOf([413, 'EPIPE', 'ECONNRESET']);
  });

  it('refuses bodies that are no message', async () => {
    const tenant = await one.tenant();
    for (const body of ['{"to":', '', '[]', 'null', '"text"']) expect((await tenant.api('POST', '/messages', body)).status, body).toBe(400);
  });
});
