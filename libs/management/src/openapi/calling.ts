import { callResultSchema, callSchema } from '@vestnik/protocol';
import { tenantKeys } from '../access/access.js';
import { operation } from './operation.js';

/*
 * Described here, served in front of the framework, as messages are.
 */

export const callClient = operation({
  id: 'callClient',
  method: 'post',
  path: '/v1/tenants/{tenant}/calls',
  tag: 'Calls',
  summary: 'Calls a client and waits for its answer',
  description:
    'Of several sessions the one that last sent anything of its own is called. A call is never stored and never repeated by the bus; giving up the request cancels it. A `call-failed` has the called client’s own error in `error`. Tokens of clients with the scope `call` may call this too.',
  access: tenantKeys('call'),
  body: { schema: callSchema, example: { to: 'ivanov', method: 'openForm', params: { order: 'A-17' }, timeout: 5 } },
  answers: {
    200: { description: 'The client has answered.', schema: callResultSchema, example: { result: { opened: true }, from: 'ivanov@demo.local/7f3a' } },
  },
  problems: [
    'address-invalid',
    'data-too-large',
    'recipient-refused',
    'client-offline',
    'call-failed',
    'rate-limited',
    'call-interrupted',
    'unavailable',
    'draining',
    'call-timeout',
  ],
});

export const CALLING = [callClient];
