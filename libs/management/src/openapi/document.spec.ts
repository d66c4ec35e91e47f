import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KnownRoutes } from '../http/known-routes.js';
import { type ManagementApp, managementApp } from '../spec/management-app.js';
import { ALL_CALLS, SERVED_ELSEWHERE, SERVED_HERE } from './calls.js';
import { openApiDocument } from './document.js';
import { pathNames } from './parameters.js';
import { POSTED } from './posted.js';
import type { Json } from './schemas.js';

const document = openApiDocument({ version: '1.0.0', cookieName: 'vestnik' });
const paths = document.paths as Record<string, Record<string, Json>>;
const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => ({ path, method, one })));

let app: ManagementApp;
beforeAll(async () => {
  app = await managementApp();
});
afterAll(() => app.app.close());

it('is served, public, as it is made', async () => {
  const served = await app.call('GET', '/v1/openapi.json');
  expect([served.status, served.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  expect(served.body).toEqual(JSON.parse(JSON.stringify(document)));
  expect(served.body.openapi).toBe('3.1.0');
});

it('describes every route that is served, and serves every call that it describes as its own', () => {
  const routes = app.app.get(KnownRoutes);
  for (const { method, path } of SERVED_HERE) expect(routes.methodsOf(path), path).toContain(method.toUpperCase());
  for (const { method, path } of SERVED_ELSEWHERE) expect(routes.methodsOf(path), path).not.toContain(method.toUpperCase());
  const described = SERVED_HERE.map(({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`);
  const served = routes.all().filter((route) => !route.startsWith('HEAD ') && !/ \/docs/.test(route));
  expect([...served].sort()).toEqual([...described].sort());
});

it('resolves every reference, and has no schema that nobody refers to', () => {
  const text = JSON.stringify(document);
  const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference as string));
  const schemas = Object.keys((document.components as { schemas: object }).schemas);
  expect(references.size).toBeGreaterThan(20);
  expect([...references].sort()).toEqual(schemas.map((name) => `#/components/schemas/${name}`).sort());
  expect(text).not.toContain('$defs');
});

it('gives each operation a name of its own, a known tag, answers and problems', () => {
  const tags = (document.tags as { name: string }[]).map(({ name }) => name);
  const ids = operations.map(({ one }) => one.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(ALL_CALLS.length);
  for (const { one } of operations) {
    expect(tags).toContain((one.tags as string[])[0]);
    const responses = one.responses as Record<string, { description: string; content?: Record<string, { schema: Json }> }>;
    const good = Object.keys(responses).filter((status) => Number(status) < 400);
    // A call that makes or finds has two good answers, and one that may ask nothing.
    expect(good.join(), String(one.operationId)).toMatch(/^(?:101|2\d\d|302|200,20[14])$/);
    for (const [status, { description, content }] of Object.entries(responses)) {
      expect(description).not.toBe('');
      if (Number(status) >= 400) expect(content?.['application/problem+json']?.schema).toEqual({ $ref: '#/components/schemas/Problem' });
    }
  }
});

it('declares each parameter of a path, once', () => {
  for (const { path, one } of operations) {
    const parameters = one.parameters as { name: string; in: string; required: boolean; schema?: unknown }[];
    expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(pathNames(path));
    expect(new Set(parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).size).toBe(parameters.length);
    for (const { schema } of parameters) expect(schema).toBeTypeOf('object');
  }
});

it('names only security schemes that it has', () => {
  const schemes = Object.keys((document.components as { securitySchemes: object }).securitySchemes);
  for (const { one } of operations) for (const way of one.security as object[]) expect(schemes).toEqual(expect.arrayContaining(Object.keys(way)));
});

it.each(ALL_CALLS.filter(({ body }) => body !== undefined).map((call) => [call.id, call] as const))('shows a body of %s that is taken', (_, { body }) => {
  expect(body?.schema.safeParse(body.example).error).toBeUndefined();
});

it.each(
  ALL_CALLS.flatMap((call) => Object.values(call.answers).map((answer) => [call.id, answer] as const)).filter(([, { example }]) => example !== undefined),
)('shows an answer of %s that fits its schema', (_, { schema, example }) => {
  expect(schema?.safeParse(example).error).toBeUndefined();
});

it('gives the schema of a message as the door reads it', () => {
  const { Message } = (document.components as { schemas: Record<string, { required: string[]; additionalProperties: boolean; properties: object }> }).schemas;
  expect(Message?.required).toEqual(['to', 'type']);
  expect(Message?.additionalProperties).toBe(false);
  expect(Object.keys(Message?.properties ?? {})).toContain('collapseKey');
});

it.each(POSTED.flatMap(({ name, forms }) => forms.map((form) => [name, form.contentType, form] as const)))(
  'shows a POST of %s as %s that fits its schema',
  (_, __, form) => {
    expect(form.schema.safeParse(form.example).error).toBeUndefined();
    expect(form.schema.safeParse({}).success).toBe(false);
  },
);

it('lets answers grow, and what comes in not', () => {
  const { Message, SendAnswer, NewTenant, Tenant } = (document.components as { schemas: Record<string, { additionalProperties?: boolean }> }).schemas;
  expect([Message, NewTenant].map((schema) => schema?.additionalProperties)).toEqual([false, false]);
  expect([SendAnswer, Tenant].map((schema) => schema?.additionalProperties)).toEqual([undefined, undefined]);
});

it('is made of schemas of JSON Schema 2020-12, which every example in it fits', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allowUnionTypes: true });
  formats.default(ajv as never);
  ajv.addVocabulary(['components']);
  ajv.addSchema({ $id: 'document', components: { schemas: (document.components as { schemas: object }).schemas } });
  let examples = 0;
  const look = (part: unknown, path: string): void => {
    if (typeof part !== 'object' || part === null) return;
    const { schema, example } = part as { schema?: object; example?: unknown };
    if (schema !== undefined && !path.includes('/components/')) {
      const fits = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as object);
      if (example !== undefined) {
        examples++;
        expect(fits(example) ? [] : fits.errors, path).toEqual([]);
      }
      return;
    }
    for (const [name, member] of Object.entries(part)) look(member, `${path}/${name}`);
  };
  look(document.paths, '/paths');
  look(document.webhooks, '/webhooks');
  expect(examples).toBeGreaterThan(150);
});
