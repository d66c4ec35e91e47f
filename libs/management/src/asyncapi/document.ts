import { PROBLEMS } from '@vestnik/protocol';
import { pathNames } from '../openapi/parameters.js';
import { Components, type Json } from '../openapi/schemas.js';
import { CLIENT_METHODS, type ClientMethod } from './client-methods.js';
import { SERVER_PUSHES, type ServerPush } from './pushes.js';

const METHODS = Object.entries(CLIENT_METHODS) as [string, ClientMethod][];
const PUSHES = Object.entries(SERVER_PUSHES) as [string, ServerPush][];

export interface AsyncApiOptions {
  readonly version: string;
  readonly publicUrl: string;
}

/**
 * The AsyncAPI 3.0 document of all that is pushed, and of the methods that clients call: plain WebSocket (JSON-RPC 2.0),
 * Socket.IO, server-sent events and JSON lines. Of the same tables and schemas that the doors read with.
 *
 * Long poll and `rpc` are plain HTTP: they are in the OpenAPI document.
 */
export function asyncApiDocument({ version, publicUrl }: AsyncApiOptions): Json {
  const components = new Components('draft-7');
  const messages: Record<string, Json> = {};
  const channels = [webSocket(components), socketIo(components), serverSentEvents(components), jsonLines(components)];
  for (const channel of channels) Object.assign(messages, channel.messages);
  const { host, protocol } = new URL(publicUrl);
  const secure = protocol === 'https:';
  const byHeader = ['bearer', 'basic'].map(securityRef);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Vestnik',
      version,
      description:
        'A notification bus: what it pushes to clients, and the methods that they call. Errors have a slug in `data.type`, of the same table as the problems of the HTTP API.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      webSocket: { host, protocol: secure ? 'wss' : 'ws', description: 'Subprotocol `vestnik.v1.jsonrpc`, or none.', security: byHeader },
      socketIo: {
        host,
        protocol: secure ? 'wss' : 'ws',
        pathname: '/socket.io',
        description: 'Socket.IO 4: a namespace a tenant. `auth` takes all params of `connect`, `token` among them.',
        security: byHeader,
      },
      http: { host, protocol: secure ? 'https' : 'http', security: [...byHeader, securityRef('accessToken')] },
    },
    channels: Object.fromEntries(channels.map(({ name, channel }) => [name, channel])),
    operations: Object.assign({}, ...channels.map(({ operations }) => operations)) as Json,
    components: { messages, schemas: { ...components.schemas, RpcError: RPC_ERROR }, securitySchemes: SECURITY_SCHEMES },
  };
}

const SECURITY_SCHEMES: Json = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A client token, or a key for its own client. Also as `token` of `connect`.' },
  basic: { type: 'http', scheme: 'basic', description: 'The password is the token or key and decides alone; the name may be anything.' },
  accessToken: { type: 'httpApiKey', in: 'query', name: 'access_token', description: 'A client token, never a key.' },
};

const ID_SCHEMA: Json = { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] };
const BY_ID: Json = { location: '$message.payload#/id' };
const CALL_ID = '4Jx0';

const SLUGS = Object.keys(PROBLEMS);

const RPC_ERROR: Json = {
  type: 'object',
  description: 'Programs switch on `data.type`.',
  required: ['code', 'message', 'data'],
  properties: {
    code: { type: 'integer' },
    message: { type: 'string' },
    data: {
      type: 'object',
      required: ['type', 'detail', 'retryable'],
      properties: { type: { type: 'string', enum: SLUGS }, detail: { type: 'string' }, retryable: { type: 'boolean' } },
    },
  },
};

const ERROR = ref('#/components/schemas/RpcError');
const ERROR_EXAMPLE = {
  code: PROBLEMS['client-offline'].rpc,
  message: PROBLEMS['client-offline'].title,
  data: { type: 'client-offline', detail: 'petrov has no session now', retryable: true },
};

/** A channel with its messages and what is done over it. */
interface Described {
  readonly name: string;
  readonly channel: Json;
  readonly messages: Record<string, Json>;
  readonly operations: Record<string, Json>;
}

function webSocket(components: Components): Described {
  const name = 'socket';
  const messages: Record<string, Json> = { 'rpc.error': rpcErrorMessage() };
  const operations: Record<string, Json> = {};
  for (const [method, one] of METHODS) {
    messages[`rpc.${method}`] = callMessage(method, one, components.add(one.params, 'input'));
    messages[`rpc.${method}.result`] = rpcResultMessage(method, components.add(one.result, 'output'), one.example.result, 1);
    operations[`${name}.${method}`] = received(name, one, [`rpc.${method}`], [`rpc.${method}.result`, 'rpc.error']);
  }
  for (const [method, push] of PUSHES) {
    messages[`push.${method}`] = pushMessage(method, push, components);
    if (push.answered !== undefined) messages[`push.${method}.result`] = rpcResultMessage(method, {}, push.answered.result, CALL_ID);
    operations[`${name}.push.${method}`] = sent(name, push, `push.${method}`, push.answered === undefined ? [] : [`push.${method}.result`, 'rpc.error']);
  }
  return describe(name, messages, operations, {
    address: '/v1/tenants/{tenant}/socket',
    title: 'Plain WebSocket: JSON-RPC 2.0',
    description:
      'Text frames, one JSON-RPC object or a batch of up to 100 in a frame. The first call is `connect`, within 10 s. Both sides call; a call without `id` is not answered.',
    servers: [ref('#/servers/webSocket')],
    bindings: { ws: { method: 'GET' } },
  });
}

function socketIo(components: Components): Described {
  const name = 'socketIo';
  const messages: Record<string, Json> = {
    'event.ready': eventMessage('ready', 'The first event: what `connect` answers.', components.add(CLIENT_METHODS.connect.result, 'output'), [
      CLIENT_METHODS.connect.example.result,
    ]),
    'event.connect_error': eventMessage('connect_error', 'The connection is refused; the problem is in `data`.', ref('#/components/schemas/Problem'), [
      {
        type: 'urn:vestnik:problem:unauthenticated',
        title: PROBLEMS.unauthenticated.title,
        status: 401,
        detail: 'no valid token or key was presented',
        retryable: false,
      },
    ]),
  };
  const operations: Record<string, Json> = {
    [`${name}.ready`]: {
      action: 'send',
      channel: ref(`#/channels/${name}`),
      messages: ['event.ready', 'event.connect_error'].map((id) => messageRef(name, id)),
    },
  };
  for (const [method, one] of METHODS) {
    if (method === 'connect') continue;
    messages[`event.${method}`] = eventMessage(method, one.summary, components.add(one.params, 'input'), [one.example.params]);
    messages[`event.${method}.reply`] = replyMessage(method, components.add(one.result, 'output'), one.example.result);
    operations[`${name}.${method}`] = received(name, one, [`event.${method}`], [`event.${method}.reply`]);
  }
  for (const [method, push] of PUSHES) {
    if (push.socketsOnly === true) continue;
    const [schema, examples] = withCallId(push, components);
    messages[`event.push.${method}`] = eventMessage(method, push.summary, schema, examples);
    if (push.answered !== undefined) messages[`event.push.${method}.reply`] = replyMessage(method, {}, push.answered.result);
    operations[`${name}.push.${method}`] = sent(name, push, `event.push.${method}`, push.answered === undefined ? [] : [`event.push.${method}.reply`]);
  }
  return describe(name, messages, operations, {
    address: '/tenants/{tenant}',
    title: 'Socket.IO',
    description:
      'The address is the namespace. A message is an event: its name, and one argument. What is answered is answered by the acknowledgement callback.',
    servers: [ref('#/servers/socketIo')],
  });
}

function serverSentEvents(components: Components): Described {
  const name = 'events';
  const messages: Record<string, Json> = {};
  const operations: Record<string, Json> = {};
  for (const [method, push] of PUSHES) {
    if (push.socketsOnly === true) continue;
    const [schema, examples] = withCallId(push, components);
    messages[`sse.${method}`] = eventMessage(method, `${push.summary} \`event: ${method}\`, and the payload is \`data:\`.`, schema, examples);
    operations[`${name}.push.${method}`] = sent(name, push, `sse.${method}`, []);
  }
  return describe(name, messages, operations, {
    address: '/v1/tenants/{tenant}/events',
    title: 'Server-sent events',
    description:
      '`id:` is the position, on durable messages only; `Last-Event-ID` or `?after=` resumes. Methods are called, and calls answered, by `POST /v1/tenants/{tenant}/rpc`.',
    servers: [ref('#/servers/http')],
    bindings: { http: { bindingVersion: '0.3.0' } },
  });
}

function jsonLines(components: Components): Described {
  const name = 'lines';
  const messages: Record<string, Json> = {};
  const operations: Record<string, Json> = {};
  for (const [method, push] of PUSHES) {
    if (push.socketsOnly === true) continue;
    messages[`line.${method}`] = { ...pushMessage(method, push, components), contentType: 'application/x-ndjson' };
    operations[`${name}.push.${method}`] = sent(name, push, `line.${method}`, []);
  }
  return describe(name, messages, operations, {
    address: '/v1/tenants/{tenant}/events',
    title: 'JSON lines',
    description:
      'With `Accept: application/x-ndjson`: one line is the JSON-RPC object that the WebSocket would carry; an empty line says that the stream lives.',
    servers: [ref('#/servers/http')],
    bindings: { http: { bindingVersion: '0.3.0' } },
  });
}

// Messages.

/** A call of a client: without an id nothing is answered, without params there are none. */
function callMessage(method: string, { summary, example }: ClientMethod, params: Json): Json {
  return {
    name: method,
    title: method,
    summary,
    payload: rpcPayload(['jsonrpc', 'method'], { id: ID_SCHEMA, method: { const: method }, params }),
    correlationId: BY_ID,
    examples: [{ payload: { jsonrpc: '2.0', id: 1, method, params: example.params } }],
  };
}

/** A notification, or where it is to be answered a call with an id. */
function pushMessage(method: string, { summary, params, examples, answered }: ServerPush, components: Components): Json {
  const members = { method: { const: method }, params: components.add(params, 'output') };
  if (answered === undefined) {
    return {
      name: method,
      title: method,
      summary,
      payload: rpcPayload(['jsonrpc', 'method', 'params'], members),
      examples: examples.map((one) => ({ payload: { jsonrpc: '2.0', method, params: one } })),
    };
  }
  return {
    name: method,
    title: method,
    summary,
    payload: rpcPayload(['jsonrpc', 'id', 'method', 'params'], { id: { type: 'string' }, ...members }),
    correlationId: BY_ID,
    examples: examples.map((one) => ({ payload: { jsonrpc: '2.0', id: CALL_ID, method, params: one } })),
  };
}

function rpcPayload(required: readonly string[], members: Json): Json {
  return { type: 'object', required, properties: { jsonrpc: { const: '2.0' }, ...members } };
}

function rpcResultMessage(method: string, result: Json, example: unknown, id: string | number): Json {
  return {
    name: `${method}.result`,
    title: `What ${method} answers`,
    payload: rpcPayload(['jsonrpc', 'id', 'result'], { id: ID_SCHEMA, result }),
    correlationId: BY_ID,
    examples: [{ payload: { jsonrpc: '2.0', id, result: example } }],
  };
}

function rpcErrorMessage(): Json {
  return {
    name: 'error',
    title: 'What any call may answer',
    payload: rpcPayload(['jsonrpc', 'id', 'error'], { id: ID_SCHEMA, error: ERROR }),
    correlationId: BY_ID,
    examples: [{ payload: { jsonrpc: '2.0', id: 1, error: ERROR_EXAMPLE } }],
  };
}

function eventMessage(event: string, summary: string, payload: Json, examples: readonly unknown[]): Json {
  return { name: event, title: event, summary, payload, examples: examples.map((one) => ({ payload: one })) };
}

function replyMessage(event: string, result: Json, example: unknown): Json {
  const either = (member: string, schema: Json) => ({ type: 'object', required: [member], properties: { [member]: schema } });
  return {
    name: `${event}.reply`,
    title: `What ${event} answers`,
    payload: { oneOf: [either('result', result), either('error', ERROR)] },
    examples: [{ payload: { result: example } }, { payload: { error: ERROR_EXAMPLE } }],
  };
}

/** Where there is no envelope a call has its id among the params. */
function withCallId({ params, examples, answered }: ServerPush, components: Components): [Json, readonly unknown[]] {
  if (answered === undefined) return [components.add(params, 'output'), examples];
  return [components.add(answered.paramsWithId, 'output'), examples.map((one) => ({ id: CALL_ID, ...(one as object) }))];
}

// Channels and operations.

function describe(name: string, messages: Record<string, Json>, operations: Record<string, Json>, channel: Json & { readonly address: string }): Described {
  const parameters = Object.fromEntries(pathNames(channel.address).map((parameter) => [parameter, { description: 'Name of the tenant.', examples: ['demo'] }]));
  const refs = Object.fromEntries(Object.keys(messages).map((id) => [id, ref(`#/components/messages/${id}`)]));
  return { name, messages, operations, channel: { ...channel, messages: refs, parameters } };
}

/** The server receives: a client calls a method. */
function received(channel: string, { summary, scope }: ClientMethod, messages: readonly string[], answers: readonly string[]): Json {
  return {
    action: 'receive',
    channel: ref(`#/channels/${channel}`),
    summary,
    ...(scope === undefined ? {} : { description: `Needs the scope \`${scope}\`.` }),
    messages: messages.map((id) => messageRef(channel, id)),
    reply: { channel: ref(`#/channels/${channel}`), messages: answers.map((id) => messageRef(channel, id)) },
  };
}

/** The server sends. */
function sent(channel: string, { summary }: ServerPush, message: string, answers: readonly string[]): Json {
  return {
    action: 'send',
    channel: ref(`#/channels/${channel}`),
    summary,
    messages: [messageRef(channel, message)],
    ...(answers.length === 0 ? {} : { reply: { channel: ref(`#/channels/${channel}`), messages: answers.map((id) => messageRef(channel, id)) } }),
  };
}

function ref($ref: string): Json {
  return { $ref };
}

function messageRef(channel: string, id: string): Json {
  return ref(`#/channels/${channel}/messages/${id}`);
}

function securityRef(scheme: string): Json {
  return ref(`#/components/securitySchemes/${scheme}`);
}
