import { ADMINISTRATOR_CALLS } from '../administrators/administrator-calls.js';
import { ADMINISTRATOR_KEY_CALLS } from '../administrators/administrator-key-calls.js';
import { OIDC_CALLS } from '../administrators/oidc-calls.js';
import { AUDIT_CALLS } from '../audit/audit-calls.js';
import { RECENT_CALL_CALLS } from '../calls/recent-call-calls.js';
import { CLIENT_CALLS } from '../clients/client-calls.js';
import { DEAD_LETTER_CALLS } from '../dead-letters/dead-letter-calls.js';
import { DIAGNOSE_CALLS } from '../diagnose/diagnose-calls.js';
import { KEY_CALLS } from '../keys/key-calls.js';
import { LINK_CALLS } from '../links/link-calls.js';
import { BROWSED_MESSAGE_CALLS } from '../messages/browsed-message-calls.js';
import { OVERVIEW_CALLS } from '../overview/overview-calls.js';
import { SCHEDULED_CALLS } from '../scheduled/scheduled-calls.js';
import { SETTINGS_CALLS } from '../settings/settings-calls.js';
import { TAIL_CALLS } from '../tail/tail-calls.js';
import { TENANT_CALLS } from '../tenants/tenant-calls.js';
import { USAGE_CALLS } from '../tenants/usage-calls.js';
import { TOKEN_CALLS } from '../tokens/token-calls.js';
import { TOPIC_CALLS } from '../topics/topic-calls.js';
import { WEBHOOK_CALLS } from '../webhooks/webhook-calls.js';
import { CALLING } from './calling.js';
import { DOCUMENT_CALLS } from './document-calls.js';
import { HTTP_CLIENT_CALLS } from './http-client-calls.js';
import { MESSAGE_CALLS } from './message-calls.js';
import type { Operation } from './operation.js';
import { OTHER_CALLS } from './other-calls.js';

/** What controllers of this package serve. */
export const SERVED_HERE: readonly Operation[] = [
  ...TENANT_CALLS,
  ...USAGE_CALLS,
  ...KEY_CALLS,
  ...TOKEN_CALLS,
  ...CLIENT_CALLS,
  ...BROWSED_MESSAGE_CALLS,
  ...WEBHOOK_CALLS,
  ...TOPIC_CALLS,
  ...DEAD_LETTER_CALLS,
  ...SCHEDULED_CALLS,
  ...LINK_CALLS,
  ...DIAGNOSE_CALLS,
  ...ADMINISTRATOR_CALLS,
  ...ADMINISTRATOR_KEY_CALLS,
  ...OIDC_CALLS,
  ...OVERVIEW_CALLS,
  ...RECENT_CALL_CALLS,
  ...TAIL_CALLS,
  ...AUDIT_CALLS,
  ...SETTINGS_CALLS,
  ...DOCUMENT_CALLS,
];

/** Described in the document, served elsewhere in the node. */
export const SERVED_ELSEWHERE: readonly Operation[] = [...MESSAGE_CALLS, ...CALLING, ...HTTP_CLIENT_CALLS, ...OTHER_CALLS];

/** In the order of the document. */
export const ALL_CALLS: readonly Operation[] = [...MESSAGE_CALLS, ...CALLING, ...HTTP_CLIENT_CALLS, ...SERVED_HERE, ...OTHER_CALLS];
