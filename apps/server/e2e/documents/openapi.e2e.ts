import { request } from 'node:http';
import { type Answer, ask, type RawSocketClient, TestServer, type TestTenant, untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Check, DescribedSchemas } from './described.js';

/*
 * Every call of the OpenAPI document is made as its example says, to a server where it works, and what comes back is held
 * against the document: status, content type, every member.
 */

interface Content {
  readonly [contentType: string]: { readonly schema: object; readonly example?: unknown };
}
interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly example?: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  readonly security: readonly object[];
}

let server: TestServer;
/** Another installation, to be linked with. */
let branch: TestServer;
let demo: TestTenant;
let schemas: DescribedSchemas;
let operations: Map<string, Operation>;
let ivanov: RawSocketClient;
/** What calls before this one have brought, by name. */
const kept: Record<string, string> = {};

beforeAll(async () => {
  server = await TestServer.start({ installation: 'local' });
  branch = await TestServer.start({ installation: 'branch-7' });
  demo = await server.createTenant('demo');
  const { body } = await ask<{ paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>> }>(`${server.url}/v1/openapi.json`);
  schemas = new DescribedSchemas(body, '2020-12');
  operations = new Map(
    Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [operation.operationId, { ...operation, method: method.toUpperCase(), path }] as const),
    ),
  );
  ivanov = await demo.connect('ivanov', { app: 'desk 1.4' });
  ivanov.socket.on('message', () => {
    for (const { id } of ivanov.calls.splice(0)) ivanov.sendText(JSON.stringify({ jsonrpc: '2.0', id, result: { opened: true } }));
  });
  await demo.connect('petrov');
});
afterAll(() => Promise.all([server?.close(), branch?.close()]));

/** Of the other installation. */
async function invite(): Promise<string> {
  return (await ask<{ invite: string }>(`${branch.url}/v1/links/invites`, { method: 'POST', credentials: branch.adminKey })).body.invite;
}

/** The link to the other installation, as it is here. */
async function link(): Promise<{ id: string; state: string; keys: { key: string }[] }> {
  const { body } = await ask<{ items: { id: string; state: string; keys: { key: string }[] }[] }>(`${server.url}/v1/links`, { credentials: server.adminKey });
  return body.items[0] as { id: string; state: string; keys: { key: string }[] };
}

/** Both sides have confirmed, and have told each other. */
async function activeLink(): Promise<string> {
  await ask(`${branch.url}/v1/links/${kept.ownId}/confirm`, { method: 'POST', credentials: branch.adminKey, body: { name: 'head-office' } });
  await untilAsked('the link is active', async () => (await link()).state !== 'pending');
  return (await link()).id;
}

/** Who calls, and with what in place of what the example cannot know. */
interface Way {
  readonly as?: 'backend' | 'administrator' | 'ivanov' | 'nobody';
  /** In place of the examples of parameters; all are written percent-encoded. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  /** Which of the forms of the body. */
  readonly form?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of several good answers: which it is this time. */
  readonly status?: number;
}

type Prepared = () => Way | Promise<Way>;

/** A dead letter of ivanov. */
async function deadLetter(): Promise<string> {
  const { id } = await demo.send({ to: 'ivanov', type: 'order.bad', data: 1 });
  await ivanov.until('the message', ({ messages }) => messages.some((message) => message.id === id));
  await ivanov.call('refuse', { id, reason: 'no such order' });
  const { body } = await demo.api('GET', '/dead-letters');
  return (body.items as { id: string; messageId: string }[]).find((letter) => letter.messageId === id)?.id as string;
}

const backend: Prepared = () => ({});
const administrator: Prepared = () => ({ as: 'administrator' });
const nobody: Prepared = () => ({ as: 'nobody' });
const sameOrigin = { 'sec-fetch-site': 'same-origin' };

/** Every call, in an order in which each finds what it needs; several ways where it has several forms or answers. */
const CALLS: readonly (readonly [string, Prepared])[] = [
  ['createTenant', administrator],
  ['listTenants', administrator],
  ['getTenant', backend],
  ['changeTenant', administrator],
  ['deleteTenant', () => ({ as: 'administrator', path: { tenant: 'accounting' } })],
  ['createKey', backend],
  ['listKeys', backend],
  ['deleteKey', async () => ({ path: { key: (await demo.createKey({})).id } })],
  ['mintToken', backend],

  ['sendMessage', backend],
  ['sendMessage', () => ({ form: 'application/cloudevents+json' })],
  ['sendBatch', backend],
  ['sendBatch', () => ({ form: 'application/cloudevents-batch+json' })],
  ['getMessage', async () => ({ path: { id: (await demo.send({ to: 'ivanov', type: 't', receipt: true, correlationId: 'A-17' })).id } })],
  ['getMessage', async () => ({ path: { id: (await demo.send({ to: '*', type: 't' })).id } })],
  ['listRecipients', async () => ({ path: { id: (await demo.send({ to: ['ivanov', 'petrov'], type: 't' })).id } })],
  ['receivedMessage', async () => ({ as: 'ivanov', path: { id: (await demo.send({ to: 'ivanov', type: 't', data: [1] })).id } })],
  ['withdrawMessage', async () => ({ path: { id: (await demo.send({ to: 'sidorov', type: 't' })).id } })],
  ['callClient', backend],
  ['callClient', () => ({ body: { to: 'ivanov', method: 'openForm', answer: 'all' } })],

  ['pollInbox', () => ({ as: 'ivanov' })],
  ['callMethods', () => ({ as: 'ivanov' })],
  ['callMethods', () => ({ as: 'ivanov', body: { jsonrpc: '2.0', method: 'ping' }, status: 204 })],

  ['listClients', backend],
  ['getClient', backend],
  ['changeClient', backend],
  ['closeSession', async () => ({ path: { client: 'petrov', session: await sessionOf('petrov') }, status: 204 })],
  ['revokeClient', () => ({ path: { client: 'petrov' } })],
  ['forgetClient', () => ({ path: { client: 'petrov' } })],

  ['putWebhook', () => ({ path: { client: 'shop' }, status: 201 })],
  ['putWebhook', () => ({ path: { client: 'shop' }, status: 200 })],
  ['getWebhook', () => ({ path: { client: 'shop' } })],
  ['resumeWebhook', () => ({ path: { client: 'shop' } })],
  ['deleteWebhook', () => ({ path: { client: 'shop' } })],

  ['subscribeClient', () => ({ status: 201 })],
  ['subscribeClient', () => ({ status: 200 })],
  ['listTopics', backend],
  ['listSubscribers', backend],
  ['unsubscribeClient', backend],
  ['putSubscription', () => ({ status: 201 })],
  ['putSubscription', () => ({ status: 200 })],
  ['deleteSubscription', backend],

  ['listDeadLetters', async () => deadLetter().then(() => ({}))],
  ['replayDeadLetter', async () => ({ path: { id: await deadLetter() } })],
  ['deleteDeadLetter', async () => ({ path: { id: await deadLetter() } })],

  ['createLinkInvite', administrator],
  ['acceptLink', async () => ({ as: 'administrator', body: { invite: await invite() } })],
  ['listLinks', administrator],
  ['confirmLink', async () => ({ as: 'administrator', path: { link: (await link()).id }, body: {} })],
  ['listLinkKeys', administrator],
  ['pauseLink', async () => ({ as: 'administrator', path: { link: await activeLink() } })],
  ['resumeLink', async () => ({ as: 'administrator', path: { link: (await link()).id } })],
  ['setLinkQuota', async () => ({ as: 'administrator', path: { link: (await link()).id } })],
  ['allowTransit', async () => ({ as: 'administrator', path: { link: (await link()).id } })],
  ['rotateLinkKeys', administrator],
  ['deleteLinkKey', () => ({ as: 'administrator', path: { key: kept.linkKey as string } })],
  ['deleteLink', async () => ({ as: 'administrator', path: { link: (await link()).id } })],

  ['createAdministrator', administrator],
  ['listAdministrators', administrator],
  ['signIn', () => ({ as: 'nobody', headers: sameOrigin, body: { name: 'petrov', password: 'a long sentence is a good password' } })],
  ['whoAmI', () => ({ as: 'nobody', headers: { cookie: kept.cookie as string } })],
  ['signOut', () => ({ as: 'nobody', headers: { ...sameOrigin, cookie: kept.cookie as string } })],
  ['changeAdministrator', administrator],
  ['deleteAdministrator', administrator],
  ['listAudit', administrator],
  ['listSettings', administrator],
  ['getDocument', nobody],
  ['getAsyncApi', nobody],
  ['healthz', nobody],
  ['readyz', nobody],
  ['metrics', administrator],
];

/** Tried by tests of their own below, since they answer with no body that ends. */
const STREAMS = ['openEvents', 'openSocket'];

/** Asked by installations of one another, not by people: `acceptLink` of one is answered so by the other. */
const BETWEEN = ['pairLink'];

it('makes every call of the document, and no other', () => {
  const made = new Set([...CALLS.map(([id]) => id), ...STREAMS, ...BETWEEN]);
  expect([...made].sort()).toEqual([...operations.keys()].sort());
});

it.each(CALLS)('%s answers as the document says', async (id, prepared) => {
  const operation = operations.get(id) as Operation;
  const way = await prepared();
  const answer = await made(operation, way);
  const good = Object.keys(operation.responses).filter((status) => Number(status) < 300);
  expect(good, answer.text).toContain(String(way.status ?? answer.status));
  expect([answer.status, answer.text.slice(0, 500)]).toEqual([way.status ?? answer.status, expect.any(String)]);
  expectToFit(operation, answer);
  keep(id, answer);
});

it('tells of every call without credentials what the document says, and of one with wrong ones', async () => {
  const problem = schemas.check({ $ref: '#/components/schemas/Problem' });
  for (const operation of operations.values()) {
    if (operation.security.length === 0 || operation.operationId === 'openSocket') continue;
    const url = `${server.url}${fill(operation, {})}`;
    for (const credentials of [undefined, 'vk_wrong']) {
      const answer = await ask(url, { method: operation.method, credentials, ...(operation.requestBody === undefined ? {} : { body: {} }) });
      expect([operation.operationId, answer.status, answer.headers['content-type']]).toEqual([
        operation.operationId,
        401,
        'application/problem+json; charset=utf-8',
      ]);
      expect(Object.keys(operation.responses)).toContain('401');
      expect(problem(answer.body)).toEqual([]);
    }
  }
});

it('answers a body that is none with a problem that the document has', async () => {
  const problem = schemas.check({ $ref: '#/components/schemas/Problem' });
  for (const operation of operations.values()) {
    if (operation.requestBody === undefined || operation.operationId === 'callMethods' || operation.security.length === 0) continue;
    const credentials = operation.security.some((way) => 'cookie' in way) ? server.adminKey : demo.key;
    const answer = await ask(`${server.url}${fill(operation, {})}`, { method: operation.method, credentials, body: { 'there is no such field': 1 } });
    expect([operation.operationId, answer.status]).toEqual([operation.operationId, 400]);
    expect(Object.keys(operation.responses)).toContain('400');
    expect(problem(answer.body)).toEqual([]);
  }
});

it.each(['text/event-stream', 'application/x-ndjson'])('openEvents answers %s as the document says', async (accept) => {
  const operation = operations.get('openEvents') as Operation;
  expect(Object.keys(operation.responses['200']?.content ?? {})).toContain(accept);
  const token = await demo.token('ivanov');
  const first = await new Promise<{ type: string | undefined; connected: string; text: string }>((resolve, reject) => {
    const asked = request(`${server.url}${fill(operation, {})}`, { headers: { accept, authorization: `Bearer ${token}` }, agent: false }, (stream) => {
      stream.once('data', (bytes: Buffer) => {
        resolve({ type: stream.headers['content-type'], connected: String(stream.headers['vestnik-connected']), text: bytes.toString() });
        asked.destroy();
      });
    });
    asked.on('error', reject);
    asked.end();
  });
  expect(first.type).toBe(accept);
  expect(JSON.parse(first.connected)).toMatchObject({ client: 'ivanov@demo.local' });
  expect(first.text.startsWith(accept === 'text/event-stream' ? 'retry: 2000\n\n' : '\n')).toBe(true);
});

it('openSocket becomes a WebSocket, as the document says', async () => {
  expect(Object.keys((operations.get('openSocket') as Operation).responses)).toContain('101');
  const socket = await demo.connect('sokolov');
  await socket.end();
});

it('would see an answer that the document has not', () => {
  const operation = operations.get('sendMessage') as Operation;
  const check = checkOf(operation, '202', 'application/json');
  expect(check({ id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11', to: [] })).toEqual([]);
  expect(check({ id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11', to: [], nope: 1 })).toHaveLength(1);
  expect(check({ id: 17, to: [] })).toHaveLength(1);
});

async function sessionOf(client: string): Promise<string> {
  const { body } = await demo.api('GET', `/clients/${client}`);
  return (body.sessions as { session: string }[])[0]?.session as string;
}

/** The path with its parameters, as the examples have them or as they are told. */
function fill({ path, parameters }: Operation, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const example = parameters.find((parameter) => parameter.in === 'path' && parameter.name === name)?.example;
    return encodeURIComponent(values[name] ?? example ?? 'no-example');
  });
}

async function made(operation: Operation, way: Way): Promise<Answer> {
  const { as = 'backend', path = {}, query = '', form = 'application/json', headers } = way;
  const example = operation.requestBody?.content[form]?.example;
  if (operation.requestBody !== undefined) expect(example, `an example of ${form}`).toBeDefined();
  const body = way.body ?? example;
  const credentials = as === 'nobody' ? undefined : as === 'backend' ? demo.key : as === 'administrator' ? server.adminKey : await demo.token(as);
  return ask(`${server.url}${fill(operation, path)}${query}`, {
    method: operation.method,
    credentials,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { ...(body === undefined ? {} : { 'content-type': form }), ...headers },
  });
}

function expectToFit(operation: Operation, { status, headers, body, text }: Answer): void {
  const content = operation.responses[status]?.content;
  if (content === undefined) {
    expect(text).toBe('');
    return;
  }
  const contentType = Object.keys(content).find((type) => String(headers['content-type']).startsWith(type.split(';')[0] as string));
  expect(contentType, `one of ${Object.keys(content).join()}: ${headers['content-type']}`).toBeDefined();
  const value = contentType === 'application/json' ? body : text;
  expect(checkOf(operation, String(status), contentType as string)(value)).toEqual([]);
}

function checkOf(operation: Operation, status: string, contentType: string): Check {
  return schemas.check(operation.responses[status]?.content?.[contentType]?.schema);
}

function keep(id: string, { headers, body }: Answer): void {
  if (id === 'listLinkKeys') {
    const { id: ownId, keys } = body as { id: string; keys: { key: string }[] };
    kept.ownId = ownId;
    kept.linkKey = keys[0]?.key as string;
  }
  if (id === 'signIn') kept.cookie = String(headers['set-cookie']?.[0]).split(';')[0] as string;
}
