import type { FoundMessage } from '@vestnik/core';
import type { OutcomeState, RecipientState } from '@vestnik/protocol';
import { mailboxAddress, OUTCOMES } from '../log/entries.js';
import { type ForwardedRow, recipientsElsewhere } from '../log/outcomes.js';
import type { Sql, Statement } from '../log/sql.js';

/** Recipients of a message that are looked at for its state. */
const LOOKED_AT = 20;
const SHOWN = 5;

/** $2: of what these tenants did not send only their own recipients. */
const FOUND: Statement = {
  name: 'found-messages',
  text: `select k.nth, w.id, w.tenant_id, w.sender, w.type, w.sent_at, w.deliver_at, w.correlation_id, octet_length(w.data) as bytes, w.ended,
      a.own, case when a.own then w.refused end as refused, case when a.own then coalesce(s.destinations, w.waited_for) end as destinations, s.message_id is not null as waits,
      e.count as entries, b.kind, b.name, t.name as tenant, o.state, c.acknowledged, c.delivered
    from unnest($1::uuid[]) with ordinality k(id, nth)
    join vestnik.message w on w.id = k.id
    cross join lateral (
      select $2::int[] is null or w.tenant_id = any($2) as own,
        case when $2::int[] is null or w.tenant_id = any($2) then coalesce(w.tenants, array[w.tenant_id]) else $2 end as tenants
    ) a
    left join vestnik.scheduled s on s.message_id = w.id
    left join lateral (
      select count(*)::int as count from vestnik.log l
      where l.tenant_id = any(a.tenants) and l.position between w.first_position and w.last_position and l.message_id = w.id and l.kind = 0
    ) e on true
    left join lateral (
      select l.position, l.mailbox_id, l.tenant_id from vestnik.log l
      where l.tenant_id = any(a.tenants) and l.position between w.first_position and w.last_position and l.message_id = w.id and l.kind = 0
      order by l.position limit ${LOOKED_AT}
    ) l on true
    left join vestnik.mailbox b on b.id = l.mailbox_id
    left join vestnik.tenant t on t.id = l.tenant_id
    left join lateral (
      select x.state from vestnik.log x where abs(x.mailbox_id) = l.mailbox_id and x.target = l.position and x.position > l.position order by x.position limit 1
    ) o on true
    left join lateral (
      select bool_or(c.acknowledged >= l.position) as acknowledged, bool_or(c.delivered >= l.position) as delivered
      from vestnik.client_cursor c where c.client_id = l.mailbox_id
    ) c on true
    order by k.nth, l.position`,
};

const FORWARDED: Statement = {
  name: 'found-forwarded',
  text: `select o.message_id, o.remote, o.number, o.at, o.expires_at, o.addresses, o.states, o.state_at, o.details, coalesce(s.sent, 0) >= o.number as sent,
      (select a.at from vestnik.outbox_ack a where a.remote = o.remote and a.number >= o.number order by a.number limit 1) as arrived_at
    from vestnik.outbox o left join vestnik.outbox_sent s on s.remote = o.remote
    where o.message_id = any($1::uuid[]) and o.kind in (0, 3) order by o.remote`,
};

interface Row {
  nth: number;
  id: string;
  tenant_id: number;
  sender: string;
  type: string;
  sent_at: number;
  deliver_at: number | null;
  correlation_id: string | null;
  bytes: number;
  ended: number | null;
  own: boolean;
  refused: string | null;
  destinations: string | null;
  waits: boolean;
  entries: number;
  kind: number | null;
  name: string | null;
  tenant: string | null;
  state: number | null;
  acknowledged: boolean | null;
  delivered: boolean | null;
}

interface Standing {
  readonly address: string;
  readonly state: RecipientState;
}

/** Messages as lists show them, in the order of the ids. @param tenantIds whose recipients are shown of what others sent; undefined: all */
export async function foundMessages(sql: Sql, installation: string, ids: readonly string[], tenantIds: readonly number[] | undefined): Promise<FoundMessage[]> {
  if (ids.length === 0) return [];
  const [rows, forwarded] = await Promise.all([
    sql.rows<Row>(FOUND, [ids, tenantIds ?? null]),
    sql.rows<ForwardedRow & { message_id: string }>(FORWARDED, [ids]),
  ]);
  const byMessage = new Map<string, Row[]>();
  for (const row of rows) byMessage.set(row.id, [...(byMessage.get(row.id) ?? []), row]);
  return [...byMessage.values()].map((of) =>
    toFound(
      of,
      installation,
      forwarded.filter(({ message_id }) => message_id === of[0]?.id),
    ),
  );
}

function toFound(rows: readonly Row[], installation: string, forwarded: readonly ForwardedRow[]): FoundMessage {
  const head = rows[0] as Row;
  const here = rows
    .filter(({ name }) => name !== null)
    .map((row): Standing => ({ address: mailboxAddress(row.kind, row.name, row.tenant, installation), state: stateOf(row) }));
  const elsewhere: Standing[] = head.own ? forwarded.flatMap(recipientsElsewhere) : [];
  const refused = (JSON.parse(head.refused ?? '[]') as { address: string }[]).map(({ address }): Standing => ({ address, state: 'refused' }));
  const ended: RecipientState = head.ended === 5 ? 'withdrawn' : head.ended === 2 ? 'refused' : 'scheduled';
  const waiting =
    head.waits || head.ended === 5
      ? (JSON.parse(head.destinations ?? '{"to":[]}') as { to: string[] }).to.map((address): Standing => ({ address, state: ended }))
      : [];
  const all = [...here, ...elsewhere, ...waiting, ...refused];
  return {
    id: head.id,
    tenantId: head.tenant_id,
    from: head.sender,
    to: all.slice(0, SHOWN).map(({ address }) => address),
    recipients: all.length - here.length + (head.entries ?? 0),
    type: head.type,
    sentAt: head.sent_at,
    state: (all.find(({ state }) => !FINAL.has(state)) ?? all.at(-1))?.state ?? ended,
    correlationId: head.correlation_id ?? undefined,
    deliverAt: head.deliver_at ?? undefined,
    bytes: head.bytes,
  };
}

const FINAL: ReadonlySet<RecipientState> = new Set(['acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn'] as const);

function stateOf({ kind, state, acknowledged, delivered }: Row): RecipientState {
  if (state !== null) return OUTCOMES[state - 1] as OutcomeState;
  // What became of a message to many is told for each client.
  if (kind !== 0) return 'queued';
  return acknowledged === true ? 'acknowledged' : delivered === true ? 'delivered' : 'queued';
}
