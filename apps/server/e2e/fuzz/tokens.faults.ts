import { Agent, request } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { fuzzFor } from './fuzz-for.js';
import { type Chance, mutateText, mutateValue } from './mutate.js';

const one = oneServer(() => ({ nodeArguments: ['--max-old-space-size=384'] }));
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
afterAll(() => agent.destroy());

const WORDS = ['.', '..', '=', '-', '_', 'A', 'none', 'eyJhbGciOiJub25lIn0', 'vk_', '"', ' ', '\t', '%', '\u00e9'];
const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value ?? null)).toString('base64url');

/** A token that is nearly a good one. */
function forged(good: string, chance: Chance): string {
  const [header = '', payload = '', signature = ''] = good.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  switch (chance.below(6)) {
    case 0:
      return `${encode(mutateValue(read(header), chance))}.${payload}.${signature}`;
    case 1:
      return `${header}.${encode(mutateValue(read(payload), chance))}.${signature}`;
    case 2:
      return `${encode({ ...read(header), [chance.of(['alg', 'kid', 'jku', 'x5u', 'jwk', 'crit', 'b64', 'zip', 'typ'])]: chance.of(['none', 'HS256', 'RS256', '', 1, null, ['b64'], '../../etc/passwd']) })}.${payload}.${signature}`;
    case 3:
      return `${header}.${encode({ ...read(payload), sub: 'petrov', exp: chance.of([0, -1, 1e300, '4000000000', null]) })}.${signature}`;
    case 4:
      return `${header}.${encode(mutateText(JSON.stringify(read(payload)), chance))}.${chance.below(2) === 0 ? '' : signature}`;
    default:
      return mutateText(good, chance, WORDS);
  }
}

/** The bytes of a token, however its base64url was written. */
const bytesOf = (token: string) =>
  token
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('hex'))
    .join('.');

it('lets nobody in by a token that is nearly a good one, and refuses it by a problem', async () => {
  const tenant = await one.tenant();
  const good = await tenant.token('ivanov');
  await fuzzFor('tokens', { memory: () => one.server.residentBytes(), growthBytesMax: 150 * 1024 * 1024 }, async (chance) => {
    // Header values are Latin-1 without control characters: nothing else can be sent at all.
    const token = forged(good, chance)
      .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
      .slice(0, 12_000);
    const authorization = chance.below(5) === 0 ? `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}` : `Bearer ${token}`;
    const { status, text } = await ping(`${one.server.url}${tenant.path}/rpc`, authorization);
    if (status === 200) {
      expect(bytesOf(token.trim()), `${token}\nwas let in`).toBe(bytesOf(good));
      return;
    }
    expect([401, 429, 431], `${authorization}\nwas answered ${status} ${text}`).toContain(status);
    if (status === 401) expect(JSON.parse(text)).toMatchObject({ type: expect.stringMatching(/^urn:vestnik:problem:(unauthenticated|token-expired)$/) });
  });
  expect((await ping(`${one.server.url}${tenant.path}/rpc`, `Bearer ${good}`)).status, 'the good one is still good').toBe(200);
  expect(one.server.running).toBe(true);
  expect(one.server.log.split('\n').filter((line) => line.includes('"level":50'))).toEqual([]);
  expect(one.server.log, 'tokens are never logged').not.toContain(good);
});

function ping(url: string, authorization: string): Promise<{ readonly status: number; readonly text: string }> {
  const body = '{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}';
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method: 'POST', agent, headers: { authorization, 'content-type': 'application/json', 'content-length': body.length } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
