import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is kept for installations behind this one while they are not reached, and which ways to them their neighbours name. */
export class Transit0009 implements MigrationInterface {
  readonly name = 'Transit0009000000000009';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what is kept for other installations cannot be unmade by a migration: restore a backup');
  }
}

const STATEMENTS = [
  // Whether the neighbour names it now: the way to an installation changes only where it is not.
  'alter table vestnik.remote_path add column named boolean not null default true',
  'create index remote_path_installation_idx on vestnik.remote_path (installation)',
  `create trigger directory_changed after insert or delete or update on vestnik.remote_path
    for each statement execute function vestnik.directory_changed()`,

  // The newest list of link keys that was seen of one behind a neighbour: of neighbours it stands with the link.
  'alter table vestnik.remote add column keys text',

  // How much is kept of what one installation has sent to another. Goes with either of them.
  `create table vestnik.transit_pair (
    destination text collate "C" not null references vestnik.remote (installation) on delete cascade,
    origin text collate "C" not null references vestnik.remote (installation) on delete cascade,
    messages int not null default 0,
    bytes bigint not null default 0,
    primary key (destination, origin)
  ) with (fillfactor = 50)`,
  'create index transit_pair_origin_idx on vestnik.transit_pair (origin)',

  // Written once, read once or twice, deleted: not compressed, as that costs more than the room.
  `create table vestnik.transit (
    position bigint generated always as identity primary key,
    destination text collate "C" not null,
    origin text collate "C" not null,
    epoch bigint,                               -- of a bundle, with its numbers
    first bigint,
    last bigint,
    epochs bigint[],                            -- of a have; null: a bundle
    packet bytea not null,                      -- as it goes on the wire
    at bigint not null,
    unique (destination, origin, epoch, first),
    foreign key (destination, origin) references vestnik.transit_pair (destination, origin) on delete cascade
  )`,
  'alter table vestnik.transit alter column packet set storage external',
  'create index transit_destination_idx on vestnik.transit (destination, position)',
  'create index transit_at_idx on vestnik.transit (at)',

  // Locks: the link, the pair, then what is kept. The link's puts those in a row who keep something for it, so that positions become
  // visible in order and whoever sends what is kept passes none over; forgetting a remote holds it too.
  `create function vestnik.keep_transit(p_destination text, p_origin text, p_epoch bigint, p_first bigint, p_last bigint, p_epochs bigint[], p_packet bytea,
    p_pair_messages int, p_pair_bytes bigint, p_pair_haves int, p_link_bytes bigint) returns text language plpgsql as $$
  declare
    v_link text;
    v_old record;
    v_messages int := p_last - p_first + 1;
    v_bytes bigint := octet_length(p_packet);
  begin
    select l.id into v_link from vestnik.remote r join vestnik.link l on l.id = r.via where r.installation = p_destination for no key update of l;
    if v_link is null or not exists (select from vestnik.remote r where r.installation = p_origin) then return 'unreached'; end if;
    insert into vestnik.transit_pair (destination, origin) values (p_destination, p_origin) on conflict do nothing;
    perform from vestnik.transit_pair p where p.destination = p_destination and p.origin = p_origin for update;

    if p_epochs is not null then
      delete from vestnik.transit t where t.destination = p_destination and t.origin = p_origin and t.epoch is null and t.epochs <@ p_epochs;
      insert into vestnik.transit (destination, origin, epochs, packet, at) values (p_destination, p_origin, p_epochs, p_packet, vestnik.now_ms());
      delete from vestnik.transit t where t.position in (
        select h.position from vestnik.transit h where h.destination = p_destination and h.origin = p_origin and h.epoch is null
          order by h.position desc offset p_pair_haves);
      return 'kept';
    end if;

    select t.position, t.last, t.last - t.first + 1 as messages, octet_length(t.packet) as bytes into v_old from vestnik.transit t
      where t.destination = p_destination and t.origin = p_origin and t.epoch = p_epoch and t.first = p_first;
    if v_old.last >= p_last then
      -- Whoever sends it again has not heard of it: perhaps nobody has sent it on.
      update vestnik.transit t set position = default where t.position = v_old.position;
      return 'kept';
    end if;
    v_messages := v_messages - coalesce(v_old.messages, 0);
    v_bytes := v_bytes - coalesce(v_old.bytes, 0);
    if exists (select from vestnik.transit_pair p where p.destination = p_destination and p.origin = p_origin
          and (p.messages + v_messages > p_pair_messages or p.bytes + v_bytes > p_pair_bytes))
        or (select coalesce(sum(p.bytes), 0) + v_bytes from vestnik.remote r join vestnik.transit_pair p on p.destination = r.installation where r.via = v_link) > p_link_bytes then
      return 'full';
    end if;
    delete from vestnik.transit t where t.position = v_old.position;
    insert into vestnik.transit (destination, origin, epoch, first, last, packet, at)
      values (p_destination, p_origin, p_epoch, p_first, p_last, p_packet, vestnik.now_ms());
    update vestnik.transit_pair p set messages = p.messages + v_messages, bytes = p.bytes + v_bytes
      where p.destination = p_destination and p.origin = p_origin;
    return 'kept';
  end $$`,

  // Drops bundles of a pair: those up to a number of their epoch, or those that are older than a time. Answers how many.
  `create function vestnik.drop_transit(p_destination text, p_origin text, p_epochs bigint[], p_numbers bigint[], p_before bigint) returns int language plpgsql as $$
  declare
    v_count int;
  begin
    perform from vestnik.transit_pair p where p.destination = p_destination and p.origin = p_origin for update;
    if not found then return 0; end if;
    with gone as (
      delete from vestnik.transit t where t.destination = p_destination and t.origin = p_origin and (t.at < p_before or exists (
        select from unnest(p_epochs, p_numbers) c(epoch, number) where c.epoch = t.epoch and t.last <= c.number))
      returning t.epoch, t.last - t.first + 1 as messages, octet_length(t.packet) as bytes
    ), counted as (
      select count(*) as count, coalesce(sum(g.messages), 0) as messages, coalesce(sum(g.bytes) filter (where g.epoch is not null), 0) as bytes from gone g
    ), changed as (
      update vestnik.transit_pair p set messages = p.messages - c.messages, bytes = p.bytes - c.bytes
        from counted c where p.destination = p_destination and p.origin = p_origin and c.messages > 0
    )
    select c.count into v_count from counted c;
    return v_count;
  end $$`,

  // Answers how many; a pair is seen to as a whole.
  `create function vestnik.expire_transit(p_before bigint, p_limit int) returns int language plpgsql as $$
  declare
    v_pair record;
    v_count int := 0;
  begin
    for v_pair in select distinct x.destination, x.origin
        from (select t.destination, t.origin from vestnik.transit t where t.at < p_before order by t.at limit p_limit) x order by 1, 2 loop
      v_count := v_count + vestnik.drop_transit(v_pair.destination, v_pair.origin, null, null, p_before);
    end loop;
    return v_count;
  end $$`,
];
