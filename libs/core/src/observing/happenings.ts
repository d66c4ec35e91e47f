/** What can be seen to happen, as it happens. */
export const HAPPENINGS = [
  'accepted',
  'forwarded',
  'delivered',
  'acknowledged',
  'read',
  'refused',
  'expired',
  'withdrawn',
  'collapsed',
  'call',
  'session-opened',
  'session-closed',
] as const;

export type HappeningKind = (typeof HAPPENINGS)[number];

/** Something that happened on a node just now. Never what a message says. */
export interface Happening {
  readonly kind: HappeningKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The tenant in which it happened. */
  readonly tenantId: number;
  /** Of the message, or of the call. */
  readonly id?: string;
  /** Whole addresses. */
  readonly from?: string;
  readonly to?: string;
  /** Of the message; of a call its method. */
  readonly type?: string;
  /** Of `data`. */
  readonly bytes?: number;
  readonly reason?: string;
  readonly session?: string;
  readonly transport?: string;
  /** How many messages were acknowledged at once. */
  readonly count?: number;
}

/** What somebody who watches wants to see. */
export interface HappeningFilter {
  /** Absent: of all tenants. */
  readonly tenantIds?: readonly number[];
  /** Parts of addresses and of the type, whatever their case. */
  readonly from?: string;
  readonly to?: string;
  readonly type?: string;
  /** Absent: all. */
  readonly kinds?: readonly HappeningKind[];
  /** One message of so many, each with all that becomes of it. */
  readonly sample?: number;
}

export function passes(filter: HappeningFilter, { kind, tenantId, from, to, type, id }: Happening): boolean {
  if (filter.kinds !== undefined && !filter.kinds.includes(kind)) return false;
  if (filter.tenantIds !== undefined && !filter.tenantIds.includes(tenantId)) return false;
  if (!holds(from, filter.from) || !holds(to, filter.to) || !holds(type, filter.type)) return false;
  return filter.sample === undefined || filter.sample <= 1 || id === undefined || drawn(id, filter.sample);
}

function holds(text: string | undefined, wanted: string | undefined): boolean {
  return wanted === undefined || (text?.toLowerCase().includes(wanted.toLowerCase()) ?? false);
}

/** The end of an id is chance. */
function drawn(id: string, oneOf: number): boolean {
  return Number.parseInt(id.slice(-8), 16) % oneOf === 0;
}
