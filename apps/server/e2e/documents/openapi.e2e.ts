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
  ['getTenantUsage', backend],
  ['deleteTenant', () => ({ as: 'administrator', path: { tenant: 'accounting' } })],
  ['createKey', backend],
  ['listKeys', backend],
  ['rotateKey', async () => ({ path: { key: (await demo.createKey({})).id } })],
  ['deleteKey', async () => ({ path: { key: (await demo.createKey({})).id } })],
  ['mintToken', backend],
  ['mintToken', administrator],

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

  ['browseClients', () => ({ as: 'administrator', query: '?online=true&search=IVAN' })],
  ['browseClients', () => ({ as: 'administrator', query: '?sort=behind&tenant=demo' })],
  ['listWaiting', async () => demo.send({ to: 'sidorov', type: 't' }).then(() => ({ path: { client: 'sidorov' } }))],
  ['resendToClient', backend],
  ['purgeClient', () => ({ path: { client: 'sidorov' } })],
  ['findMessages', () => ({ as: 'administrator', query: '?to=ivanov@demo&limit=3' })],
  [
    'getMessageLife',
    async () => ({ as: 'administrator', path: { id: (await demo.send({ to: ['ivanov', 'sidorov'], type: 't', correlationId: 'A-17' })).id } }),
  ],
  ['getMessageLife', async () => ({ as: 'administrator', path: { id: (await demo.send({ to: '*', type: 't' })).id } })],
  ['listMessageRecipients', async () => ({ as: 'administrator', path: { id: (await demo.send({ to: '*', type: 't' })).id } })],
  ['getMessageData', async () => ({ as: 'administrator', path: { id: (await demo.send({ to: 'ivanov', type: 't', data: [1] })).id } })],
  ['withdrawForAll', async () => ({ as: 'administrator', path: { id: (await demo.send({ to: 'sidorov', type: 't' })).id } })],

  ['putWebhook', () => ({ path: { client: 'shop' }, status: 201 })],
  ['putWebhook', () => ({ path: { client: 'shop' }, status: 200 })],
  ['getWebhook', () => ({ path: { client: 'shop' } })],
  ['resumeWebhook', () => ({ path: { client: 'shop' } })],
  ['pauseWebhook', () => ({ path: { client: 'shop' } })],
  ['listWebhooks', administrator],
  ['deleteWebhook', () => ({ path: { client: 'shop' } })],

  ['subscribeClient', () => ({ status: 201 })],
  ['subscribeClient', () => ({ status: 200 })],
  ['listTopics', backend],
  ['listSubscribers', backend],
  ['listTopicsEverywhere', administrator],
  ['unsubscribeClient', backend],
  ['putSubscription', () => ({ status: 201 })],
  ['putSubscription', () => ({ status: 200 })],
  ['deleteSubscription', backend],

  ['listDeadLetters', async () => deadLetter().then(() => ({}))],
  ['replayDeadLetter', async () => ({ path: { id: await deadLetter() } })],
  ['deleteDeadLetter', async () => ({ path: { id: await deadLetter() } })],
  ['getDeadLetter', async () => ({ as: 'administrator', path: { id: await deadLetter() } })],
  ['listDeadLetterGroups', administrator],
  ['listDeadLettersEverywhere', administrator],
  ['replayDeadLetters', backend],
  ['discardDeadLetters', backend],
  [
    'listScheduled',
    async () => {
      await demo.send({ to: 'ivanov', type: 't', deliverAt: new Date(Date.now() + 3600_000).toISOString() });
      return { as: 'administrator' };
    },
  ],

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
  ['diagnose', () => ({ as: 'administrator', query: '?from=server@demo&to=ivanov@demo' })],
  ['deleteLink', async () => ({ as: 'administrator', path: { link: (await link()).id } })],

  ['createAdministrator', administrator],
  [
    'createAdministrator',
    () => ({ as: 'administrator', body: { name: 'sidorov', password: 'a long sentence is a good password', role: 'viewer', tenants: ['demo'] } }),
  ],
  ['listAdministrators', administrator],
  ['signIn', () => ({ as: 'nobody', headers: sameOrigin, body: { name: 'petrov', password: 'a long sentence is a good password' } })],
  ['whoAmI', () => ({ as: 'nobody', headers: { cookie: kept.cookie as string } })],
  ['whoAmI', administrator],
  ['listAdministratorSessions', () => ({ as: 'administrator', path: { name: 'petrov' } })],
  ['endAdministratorSession', async () => ({ as: 'administrator', path: { name: 'petrov', session: await anotherSession() } })],
  ['unlockAdministrator', () => ({ as: 'administrator', path: { name: 'petrov' } })],
  ['createAdministratorKey', administrator],
  ['listAdministratorKeys', administrator],
  ['deleteAdministratorKey', async () => ({ as: 'administrator', path: { key: await administratorKey() } })],
  ['signInWays', nobody],
  ['signOut', () => ({ as: 'nobody', headers: { ...sameOrigin, cookie: kept.cookie as string } })],
  ['changeAdministrator', administrator],
  ['deleteAdministrator', administrator],
  ['getStats', administrator],
  ['listNodes', administrator],
  ['listCalls', administrator],
  ['listAudit', administrator],
  ['listAudit', () => ({ as: 'administrator', query: '?who=administrator:admin-key&action=tenant.*&search=demo&limit=1' })],
  ['listSettings', administrator],
  ['getDocument', nobody],
  ['getAsyncApi', nobody],
  ['healthz', nobody],
  ['readyz', nobody],
  ['metrics', administrator],
];

/** Tried by tests of their own below, since they answer with no body that ends. */
const STREAMS = ['openEvents', 'openSocket', 'openTail'];

/** Asked by installations of one another, not by people: `acceptLink` of one is answered so by the other. */
const BETWEEN = ['pairLink'];

/** For browsers, where there is an OpenID provider: `../console/oidc.e2e.ts` goes through them. */
const IN_BROWSERS = ['beginOidc', 'oidcCallback'];

it('makes every call of the document, and no other', () => {
  const made = new Set([...CALLS.map(([id]) => id), ...STREAMS, ...BETWEEN, ...IN_BROWSERS]);
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

it('openTail tells what happens as the document says', async () => {
  const operation = operations.get('openTail') as Operation;
  const text = await new Promise<string>((resolve, reject) => {
    let told = '';
    const asked = request(
      `${server.url}${fill(operation, {})}?kinds=accepted`,
      { headers: { authorization: `Bearer ${server.adminKey}` }, agent: false },
      (stream) => {
        expect(stream.headers['content-type']).toBe('text/event-stream');
        stream.on('data', (bytes: Buffer) => {
          told += bytes.toString();
          if (told.endsWith(': watching\n\n')) void demo.send({ to: 'ivanov', type: 'order.created', data: 'a secret' });
          if (!told.includes('event: seen\ndata: ') || !told.endsWith('\n\n')) return;
          resolve(told);
          asked.destroy();
        });
      },
    );
    asked.on('error', reject);
    asked.end();
  });
  const [, seen = ''] = /event: seen\ndata: (.*)\n/.exec(text) ?? [];
  expect(JSON.parse(seen)).toMatchObject({
    kind: 'accepted',
    tenant: 'demo',
    from: 'server@demo.local',
    to: 'ivanov@demo.local',
    type: 'order.created',
    bytes: 10,
  });
  expect(text).not.toContain('secret');
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

/** Of the administrator petrov, besides the one that is kept. */
async function anotherSession(): Promise<string> {
  await ask(`${server.url}/v1/session`, { method: 'POST', body: { name: 'petrov', password: 'a long sentence is a good password' } });
  const { body } = await ask<{ items: { id: string }[] }>(`${server.url}/v1/administrators/petrov/sessions`, { credentials: server.adminKey });
  return body.items[0]?.id as string;
}

async function administratorKey(): Promise<string> {
  const body = { title: 'for a while', role: 'viewer' };
  return (await ask<{ id: string }>(`${server.url}/v1/administrator-keys`, { method: 'POST', credentials: server.adminKey, body })).body.id;
}

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
