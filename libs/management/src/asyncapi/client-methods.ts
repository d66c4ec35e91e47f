import {
  ackSchema,
  callResultSchema,
  callSchema,
  connectResultSchema,
  connectSchema,
  historyResultSchema,
  historySchema,
  idOnlySchema,
  type Methods,
  messageStatusSchema,
  nothingSchema,
  pingResultSchema,
  presenceClientsSchema,
  presenceResultSchema,
  presenceSetSchema,
  readSchema,
  refreshResultSchema,
  refreshSchema,
  refuseSchema,
  sendAnswerSchema,
  sendSchema,
  subscribeResultSchema,
  subscribeSchema,
  unsubscribeSchema,
  withdrawResultSchema,
} from '@vestnik/protocol';
import { z } from 'zod';
import { ID, LATER, MESSAGE, NOW, POSITION } from './examples.js';

/** A method that a client may call, as the document has it. */
export interface ClientMethod<Name extends keyof Methods = keyof Methods> {
  readonly summary: string;
  /** Which scope of a token it needs; absent: none. */
  readonly scope?: string;
  readonly params: z.ZodType;
  readonly result: z.ZodType;
  readonly example: { readonly params: Methods[Name]['params']; readonly result: Methods[Name]['result'] };
}

const nothing = z.object({});
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJpdmFub3YifQ.signature';
const PETROV = { client: 'petrov@demo.local', online: true, status: 'available', since: NOW, sessions: 1 };

/** Every method, by its name. */
export const CLIENT_METHODS: { readonly [Name in keyof Methods]: ClientMethod<Name> } = {
  connect: {
    summary: 'The first call: who one is, and from where the feed goes on. Fields that the bus does not know are passed over.',
    params: connectSchema,
    result: connectResultSchema,
    example: {
      params: { token: TOKEN, device: 'desk', app: 'desk 1.4', window: 100 },
      result: {
        client: 'ivanov@demo.local',
        session: '7f3a',
        installation: 'local',
        position: POSITION,
        missed: 0,
        serverTime: NOW,
        limits: { frame: 327_680, data: 262_144, batch: 100, window: 100, subscriptions: 1_000, watched: 1_000 },
        pingInterval: 25,
      },
    },
  },
  send: {
    summary: 'Sends a message. The result means that it is on disk (unless `durable` is `false`).',
    scope: 'send',
    params: sendSchema,
    result: sendAnswerSchema,
    example: {
      params: { to: 'petrov', type: 'order.approved', data: { order: 'A-17', sum: 1200.5 } },
      result: { id: ID, to: [{ address: 'petrov@demo.local', state: 'queued', sessions: 1, known: true }] },
    },
  },
  ack: {
    summary: 'Everything up to a position was received and stored by the client. The result means that this is on disk.',
    scope: 'receive',
    params: ackSchema,
    result: nothing,
    example: { params: { position: POSITION }, result: {} },
  },
  read: {
    summary: 'A person has seen these: settled for all devices of the client, the other sessions get `retract`.',
    scope: 'receive',
    params: readSchema,
    result: nothing,
    example: { params: { ids: [ID] }, result: {} },
  },
  refuse: {
    summary: 'This one cannot be processed: it becomes a dead letter and does not come again.',
    scope: 'receive',
    params: refuseSchema,
    result: nothing,
    example: { params: { id: ID, reason: 'no such order' }, result: {} },
  },
  state: {
    summary: 'What became of a message of one’s own.',
    params: idOnlySchema,
    result: messageStatusSchema,
    example: {
      params: { id: ID },
      result: {
        id: ID,
        from: 'ivanov@demo.local',
        type: 'order.approved',
        sentAt: NOW,
        expiresAt: LATER,
        data: { order: 'A-17', sum: 1200.5 },
        to: [{ address: 'petrov@demo.local', state: 'acknowledged', at: NOW, devices: [{ state: 'acknowledged', at: NOW }] }],
      },
    },
  },
  withdraw: {
    summary: 'Takes a message of one’s own back from all that have not acknowledged it.',
    params: idOnlySchema,
    result: withdrawResultSchema,
    example: { params: { id: ID }, result: { to: [{ address: 'petrov@demo.local', state: 'withdrawn' }] } },
  },
  call: {
    summary: 'Calls a client that is there now, and waits for its answer.',
    scope: 'call',
    params: callSchema,
    result: callResultSchema,
    example: {
      params: { to: 'petrov', method: 'openForm', params: { order: 'A-17' }, timeout: 5 },
      result: { result: { opened: true }, from: 'petrov@demo.local/7f3a' },
    },
  },
  subscribe: {
    summary: 'Subscribes the client to a topic or a pattern of topics. It outlives the session.',
    scope: 'subscribe',
    params: subscribeSchema,
    result: subscribeResultSchema,
    example: { params: { topic: 'orders/+', from: 'now', retained: true }, result: { position: POSITION } },
  },
  unsubscribe: {
    summary: 'Ends a subscription.',
    scope: 'subscribe',
    params: unsubscribeSchema,
    result: subscribeResultSchema,
    example: { params: { topic: 'orders/+' }, result: { position: POSITION } },
  },
  history: {
    summary: 'What the client received and sent, newest first; with `after` oldest first.',
    scope: 'history',
    params: historySchema,
    result: historyResultSchema,
    example: { params: { with: 'server', limit: 20 }, result: { messages: [MESSAGE], more: false } },
  },
  'presence.set': {
    summary: 'Sets the session’s status: `available`, `busy`, `away` or a word of the application’s own.',
    scope: 'presence',
    params: presenceSetSchema,
    result: nothing,
    example: { params: { status: 'busy', text: 'Back at three' }, result: {} },
  },
  'presence.get': {
    summary: 'Who is there.',
    scope: 'presence',
    params: presenceClientsSchema,
    result: presenceResultSchema,
    example: { params: { clients: ['petrov'] }, result: { clients: [PETROV] } },
  },
  'presence.watch': {
    summary: 'Who is there, and from now on every change of it.',
    scope: 'presence',
    params: presenceClientsSchema,
    result: presenceResultSchema,
    example: { params: { clients: ['petrov'] }, result: { clients: [PETROV] } },
  },
  'presence.unwatch': {
    summary: 'No more changes of these.',
    scope: 'presence',
    params: presenceClientsSchema,
    result: nothing,
    example: { params: { clients: ['petrov'] }, result: {} },
  },
  refresh: {
    summary: 'A new token for the same client, before the old one expires.',
    params: refreshSchema,
    result: refreshResultSchema,
    example: { params: { token: TOKEN }, result: { expiresAt: LATER } },
  },
  ping: { summary: 'The time of the server.', params: nothingSchema, result: pingResultSchema, example: { params: {}, result: { serverTime: NOW } } },
};
