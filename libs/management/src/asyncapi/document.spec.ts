import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect, it } from 'vitest';
import type { Json } from '../openapi/schemas.js';
import { CLIENT_METHODS } from './client-methods.js';
import { asyncApiDocument } from './document.js';
import { SERVER_PUSHES } from './pushes.js';

interface Message {
  readonly name: string;
  readonly payload: object;
  readonly examples: readonly { readonly payload: unknown }[];
}
interface Operation {
  readonly action: string;
  readonly channel: Reference;
  readonly messages: readonly Reference[];
  readonly reply?: { readonly channel: Reference; readonly messages: readonly Reference[] };
}
interface Reference {
  readonly $ref: string;
}

const document = JSON.parse(JSON.stringify(asyncApiDocument({ version: '1.0.0', publicUrl: 'https://bus.example.com' }))) as Json & {
  readonly servers: Record<string, { host: string; protocol: string; security: Reference[] }>;
  readonly channels: Record<string, { address: string; messages: Record<string, Reference>; parameters: object; servers: Reference[] }>;
  readonly operations: Record<string, Operation>;
  readonly components: { messages: Record<string, Message>; schemas: Record<string, object>; securitySchemes: object };
};
const { channels, operations, components } = document;

/** What a reference of this document points at. */
function at(reference: string): unknown {
  const path = reference.split('/').slice(1);
  return path.reduce<unknown>((part, step) => (part as Record<string, unknown> | undefined)?.[step], document);
}

it('resolves every reference, and has nothing that nobody refers to', () => {
  const text = JSON.stringify(document);
  const references = [...new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference as string))];
  expect(references.length).toBeGreaterThan(100);
  for (const reference of references) expect(at(reference), reference).toBeDefined();
  for (const kind of ['messages', 'schemas', 'securitySchemes'] as const) {
    for (const name of Object.keys(components[kind])) expect(references, name).toContain(`#/components/${kind}/${name}`);
  }
  expect(text).not.toMatch(/\$defs|#\/definitions/);
});

it('lets an operation use only messages of its own channel, and every message of a channel be used by one', () => {
  const used = new Set<string>();
  for (const [id, { action, channel, messages, reply }] of Object.entries(operations)) {
    expect(['send', 'receive'], id).toContain(action);
    for (const { $ref } of messages) expect($ref.startsWith(`${channel.$ref}/messages/`), `${id}: ${$ref}`).toBe(true);
    for (const { $ref } of reply?.messages ?? []) expect($ref.startsWith(`${reply?.channel.$ref}/messages/`), `${id}: ${$ref}`).toBe(true);
    for (const { $ref } of [...messages, ...(reply?.messages ?? [])]) used.add($ref);
  }
  const there = Object.entries(channels).flatMap(([name, { messages }]) => Object.keys(messages).map((id) => `#/channels/${name}/messages/${id}`));
  expect([...used].sort()).toEqual(there.sort());
});

it('says of each channel where it is, and names each parameter of its address', () => {
  for (const { address, parameters, servers } of Object.values(channels)) {
    expect(Object.keys(parameters)).toEqual([...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    expect(servers.length).toBeGreaterThan(0);
  }
  expect(Object.values(document.servers).map(({ host, protocol }) => `${protocol}://${host}`)).toEqual([
    'wss://bus.example.com',
    'wss://bus.example.com',
    'https://bus.example.com',
  ]);
});

it('has every method on both sockets, and every push on all that carries it', () => {
  for (const method of Object.keys(CLIENT_METHODS)) {
    expect(Object.keys(operations)).toContain(`socket.${method}`);
    if (method !== 'connect') expect(Object.keys(operations)).toContain(`socketIo.${method}`);
  }
  for (const method of Object.keys(SERVER_PUSHES)) {
    expect(Object.keys(operations)).toContain(`socket.push.${method}`);
    if (method === 'ping') continue;
    for (const channel of ['socketIo', 'events', 'lines']) expect(Object.keys(operations)).toContain(`${channel}.push.${method}`);
  }
});

const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allowUnionTypes: true, allErrors: true });
formats.default(ajv);
ajv.addVocabulary(['components']);
ajv.addSchema({ $id: 'document', components: { schemas: components.schemas } });

function checkOf({ payload }: Message) {
  return ajv.compile(JSON.parse(JSON.stringify(payload).replaceAll('"#/components/', '"document#/components/')) as object);
}

it.each(Object.entries(components.messages))('shows an example of %s that fits', (_, message) => {
  const { examples } = message;
  const fits = checkOf(message);
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(fits(example.payload) ? [] : fits.errors).toEqual([]);
});

it('is an AsyncAPI 3.0.0 document by the official schema', () => {
  const official = new Ajv({ strict: false, allErrors: true, validateFormats: false, meta: false, validateSchema: false });
  const fits = official.compile(specs.schemas['3.0.0'] as object);
  const plain: unknown = JSON.parse(JSON.stringify(document));
  expect(fits(plain) ? [] : fits.errors).toEqual([]);
  expect(fits({ ...(plain as object), channels: [] })).toBe(false);
});

it('refuses what is none', () => {
  const fits = checkOf(components.messages['rpc.send'] as Message);
  expect(fits({ jsonrpc: '2.0', id: 1, method: 'send', params: { to: 'petrov', type: 't' } })).toBe(true);
  expect(fits({ jsonrpc: '2.0', id: 1, method: 'send', params: { to: 'petrov', type: 't', nope: 1 } })).toBe(false);
  expect(fits({ jsonrpc: '2.0', id: 1, method: 'call', params: { to: 'petrov', type: 't' } })).toBe(false);
});
