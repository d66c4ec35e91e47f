import type { z } from 'zod';
import type { Access } from '../access/access.js';
import { ALL_CALLS } from './calls.js';
import type { Operation, OperationAnswer } from './operation.js';
import { parametersOf } from './parameters.js';
import { webhooksObject } from './posted.js';
import { problemResponses } from './problems-of.js';
import { Components, type Json } from './schemas.js';

const TAGS: Readonly<Record<string, string>> = {
  Messages: 'Sending, and what became of what was sent.',
  Calls: 'Calling clients that are there now.',
  Tenants: 'Tenants and their settings.',
  Keys: 'API keys of a tenant.',
  Tokens: 'Tokens for clients.',
  Clients: 'Clients, their sessions and devices.',
  Webhooks: 'Where what a client is sent is POSTed to.',
  Topics: 'Named streams that clients subscribe to.',
  'Dead letters': 'What was refused or could not be delivered.',
  Links: 'Other installations: pairing with them, and how their links go.',
  Administrators: 'Who administers the installation, and signing in.',
  Installation: 'Audit trail and settings.',
  Documents: 'This document, and the one of what is pushed.',
  Sockets: 'Where clients connect.',
  'Without sockets': 'The same sessions by HTTP alone: streams, polls, and the methods for both.',
  Health: 'For load balancers and monitoring.',
};

const SECURITY_SCHEMES: Json = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key (`vk_…`), an administrator’s key or a client token.' },
  basic: { type: 'http', scheme: 'basic', description: 'The password is the key or token and decides alone; the name may be anything.' },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'vestnik',
    description: 'Of `POST /v1/session`; under https its name is `__Host-vestnik`. A change needs `Sec-Fetch-Site: same-origin` or our own `Origin`.',
  },
};

/** The OpenAPI 3.1 document of the whole HTTP API. */
export function openApiDocument({ version, cookieName }: { version: string; cookieName: string }, calls: readonly Operation[] = ALL_CALLS): Json {
  const components = new Components();
  const paths: Record<string, Record<string, Json>> = {};
  for (const call of calls) {
    const path = paths[call.path] ?? {};
    paths[call.path] = { ...path, [call.method]: operationObject(call, components) };
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Vestnik',
      version,
      description:
        'A notification bus: a backend pushes to a named client by REST, and nothing that was accepted is lost. Errors are problem details (RFC 9457).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This installation.' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    webhooks: webhooksObject(components),
    components: {
      schemas: components.schemas,
      securitySchemes: { ...SECURITY_SCHEMES, cookie: { ...(SECURITY_SCHEMES.cookie as Json), name: cookieName } },
    },
  };
}

function operationObject(call: Operation, components: Components): Json {
  const { id, tag, summary, description, access, body } = call;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, whoMayCall(access)].filter((text) => text !== undefined).join('\n\n'),
    parameters: parametersOf(call, components),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.optional !== true,
            content: contentOf([{ ...body, contentType: 'application/json' }, ...(body.also ?? [])], 'input', components),
          },
        }),
    responses: {
      ...Object.fromEntries(Object.entries(call.answers).map(([status, answer]) => [status, answerObject(answer, components)])),
      ...problemResponses(call),
    },
    security: securityOf(access),
  };
}

function answerObject({ description, schema, example, contentType = 'application/json', also = [] }: OperationAnswer, components: Components): Json {
  if (schema === undefined) return { description };
  return { description, content: contentOf([{ contentType, schema, example }, ...also], 'output', components) };
}

interface Form {
  readonly contentType: string;
  readonly schema: z.ZodType;
  readonly example?: unknown;
}

function contentOf(forms: readonly Form[], io: 'input' | 'output', components: Components): Json {
  return Object.fromEntries(
    forms.map(({ contentType, schema, example }) => [contentType, { schema: components.add(schema, io), ...(example === undefined ? {} : { example }) }]),
  );
}

function securityOf(access: Access): Json[] {
  if (access.kind === 'public') return [];
  const byHeader = [{ bearer: [] }, { basic: [] }];
  return access.role === undefined ? byHeader : [...byHeader, { cookie: [] }];
}

function whoMayCall(access: Access): string {
  switch (access.kind) {
    case 'public':
      return 'Anybody may call this.';
    case 'administrators':
      return `For administrators with the role \`${access.role}\`${access.role === 'owner' ? '' : ' or a higher one'}${access.ofTenants === true ? ', those of single tenants included' : ''}.`;
    case 'tenant':
      return `For keys of the tenant with the scope \`${access.scope}\`${access.role === undefined ? '' : `, and administrators from \`${access.role}\` on`}.`;
  }
}
