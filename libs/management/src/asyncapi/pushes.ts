import { callParamsSchema, deliveredMessageSchema, noticeSchema, presenceSchema, retractSchema } from '@vestnik/protocol';
import { z } from 'zod';
import { ID, LATER, MESSAGE, NOW } from './examples.js';

/** Something that the server pushes, as the document has it. */
export interface ServerPush {
  readonly summary: string;
  readonly params: z.ZodType;
  /** The first is the commonest. */
  readonly examples: readonly unknown[];
  /** It is answered by a result or an error; where there is no envelope its id stands among the params. */
  readonly answered?: { readonly result: unknown; readonly paramsWithId: z.ZodType };
  /** Only on plain WebSockets. */
  readonly socketsOnly?: true;
}

const callWithIdSchema = callParamsSchema
  .extend({ id: z.string().describe('By which its answer comes back, and a `cancel` names it.') })
  .meta({ id: 'CallWithId' });
const cancelSchema = z.object({ id: z.string().describe('Of the call.') });

/** By their names. */
export const SERVER_PUSHES = {
  message: { summary: 'A message.', params: deliveredMessageSchema, examples: [MESSAGE] },
  retract: { summary: 'Take these off the screen.', params: retractSchema, examples: [{ ids: [ID], reason: 'withdrawn' }] },
  call: {
    summary: 'A call, to be answered by a result or an error before its deadline.',
    params: callParamsSchema,
    examples: [{ from: 'server@demo.local', method: 'openForm', params: { order: 'A-17' }, deadline: NOW }],
    answered: { result: { opened: true }, paramsWithId: callWithIdSchema },
  },
  cancel: { summary: 'Nobody waits for the answer to this call any more.', params: cancelSchema, examples: [{ id: '4Jx0' }] },
  presence: {
    summary: 'A client that is watched came, went, or changed its status.',
    params: presenceSchema,
    examples: [{ client: 'petrov@demo.local', online: true, status: 'busy', text: 'Back at three', since: NOW, sessions: 1 }],
  },
  notice: {
    summary: 'Something about the session itself; `vestnik.closing` is the last before a close.',
    params: noticeSchema,
    examples: [
      { type: 'vestnik.closing', code: 4410, reason: 'closed-by-administrator', reconnect: true, after: 60 },
      { type: 'vestnik.token-expiring', expiresAt: LATER },
      { type: 'vestnik.waiting-for-ack', position: MESSAGE.position, waiting: 12 },
      { type: 'vestnik.draining', after: 5 },
      { type: 'vestnik.gap', reason: 'expired-from-log', from: 'BaxllyA', to: 'BaxllyB' },
    ],
  },
  ping: { summary: 'With `heartbeat: true`: any frame is an answer.', params: z.object({}), examples: [{}], socketsOnly: true },
} satisfies Record<string, ServerPush>;
