import { parseAddress } from '@vestnik/protocol/address';
import { Problem } from '@vestnik/protocol/problems';
import type { Query } from '../../api/client.js';

type MessageQuery = Query<'/v1/messages'>;

export const STATES = ['scheduled', 'queued', 'forwarded', 'delivered', 'acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn'] as const;

/** Of the fields of the search, those that cannot be asked for as they stand. */
export type WrongField = 'from' | 'to' | 'type';

export interface Asked {
  readonly query: MessageQuery;
  readonly wrong: ReadonlySet<WrongField>;
}

const TYPE = /^[A-Za-z0-9._/-]{1,128}$/;

/** What is asked for, of what stands in the address of the page; what the server would refuse is left out and named. */
export function askedOf(values: Readonly<Partial<Record<string, string>>>): Asked {
  const wrong = new Set<WrongField>();
  const address = (name: 'from' | 'to'): string | undefined => {
    const value = values[name];
    if (value === undefined) return undefined;
    const whole = wholeOf(value, values.tenant);
    if (whole === undefined) wrong.add(name);
    return whole;
  };
  if (values.type !== undefined && !TYPE.test(values.type)) wrong.add('type');
  const asked: Readonly<Record<string, string | undefined>> = {
    tenant: values.tenant,
    correlationId: values.correlationId,
    from: address('from'),
    to: address('to'),
    type: wrong.has('type') ? undefined : values.type,
    state: STATES.find((state) => state === values.state),
    since: timeOf(values.since),
    until: timeOf(values.until),
  };
  return { query: Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as MessageQuery, wrong };
}

/** An address that names its tenant: `ivanov` with the tenant that is chosen beside it is `ivanov@sales`. */
function wholeOf(text: string, tenant: string | undefined): string | undefined {
  const named = text.includes('@') || tenant === undefined ? text : `${text}@${tenant}`;
  try {
    return parseAddress(named).tenant === undefined ? undefined : named;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function timeOf(text: string | undefined): string | undefined {
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id that stands alone in a text, with whatever was copied around it. */
export function idIn(text: string): string | undefined {
  const bare = text.trim().replace(/^["'`<(]+|["'`>),;.]+$/g, '');
  return UUID.test(bare) ? bare.toLowerCase() : undefined;
}
