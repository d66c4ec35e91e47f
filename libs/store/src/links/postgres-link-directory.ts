import { BEHIND_MAX, type Link, type LinkChange, type LinkDirectory, type LinkInvite, type LinkState, type NewLink, type Remote } from '@vestnik/core';
import { invalid, Problem } from '@vestnik/protocol';
import type { Sql, Statement } from '../log/sql.js';

const STATES = ['pending', 'active', 'paused'] as const satisfies readonly LinkState[];
const UNIQUE_VIOLATION = '23505';
/** Of what waits for a remote that is forgotten: each may be a receipt. */
const REFUSED_AT_ONCE = 2_000;

const COLUMNS = `l.id, l.name, l.proposed_name, l.state, l.url, l.root_key, l.keys, l.confirmed_here, l.confirmed_there, l.words, l.transit,
  l.quota_rows, l.quota_bytes, l.quarantined, l.created_at`;

const LINKS: Statement = { name: 'links', text: `select ${COLUMNS} from vestnik.link l order by l.id` };

const ADD = `insert into vestnik.link as l (id, name, proposed_name, state, url, root_key, keys, confirmed_here, confirmed_there, words, transit,
    quota_rows, quota_bytes, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, vestnik.now_ms()) returning ${COLUMNS}`;

// One that was behind a neighbour so far keeps its number, and with it what waits for it.
const ADD_NEIGHBOUR = `insert into vestnik.remote (installation, via, behind) values ($1, $1, '')
  on conflict (installation) do update set via = excluded.via, behind = excluded.behind`;

// What is not named stays. The second confirmation makes a pending link active, so that two that come at once do.
const CHANGE: Statement = {
  name: 'change-link',
  text: `update vestnik.link l set
      name = coalesce($2, l.name), url = coalesce($4, l.url), keys = coalesce($5, l.keys),
      state = case when $3::smallint is null and l.state = 0 and coalesce($6, l.confirmed_here) and coalesce($7, l.confirmed_there) then 1::smallint
        else coalesce($3::smallint, l.state) end,
      confirmed_here = coalesce($6, l.confirmed_here), confirmed_there = coalesce($7, l.confirmed_there), transit = coalesce($8, l.transit),
      quota_rows = coalesce($9, l.quota_rows), quota_bytes = coalesce($10, l.quota_bytes),
      quarantined = case when $11 then $12 else l.quarantined end
    where l.id = $1 returning ${COLUMNS}`,
};

const REMOTES: Statement = {
  name: 'remotes',
  text: `select r.id, r.installation, r.via, r.behind, l.name, case when r.behind <> '' then r.keys end as keys, coalesce(p.named, true) as named,
      (select array_agg(o.via order by o.via) from vestnik.remote_path o where o.installation = r.installation and o.named and o.via <> r.via and r.behind <> '') as also
    from vestnik.remote r
    join vestnik.link l on l.id = r.via
    left join vestnik.remote_path p on p.via = r.via and p.behind = r.behind
    order by r.id`,
};

// To the shortest way that a neighbour names; of those of one length to the one with the smallest id, so that both ends of a way
// that leads through either of two hubs choose the same. Its number stays, and with it what waits for it.
const REROUTE = `update vestnik.remote r set via = w.via, behind = w.behind
  from (select p.via, p.behind from vestnik.remote_path p where p.installation = $1 and p.named
    order by length(p.behind) - length(replace(p.behind, '.', '')), p.via limit 1) w
  where r.installation = $1 and r.behind <> '' returning r.id`;

const NOTE_KEYS: Statement = {
  name: 'note-remote-keys',
  text: 'update vestnik.remote r set keys = $3 where r.installation = $1 and r.keys is not distinct from $2 returning r.id',
};

const ADD_INVITE: Statement = { name: 'add-link-invite', text: 'insert into vestnik.link_invite (lookup, expires_at, tries_left) values ($1, $2, $3)' };

const TRY_INVITE: Statement = {
  name: 'try-link-invite',
  text: `update vestnik.link_invite i set tries_left = i.tries_left - 1 where i.lookup = $1 and i.expires_at > $2 and i.tries_left > 0
    returning i.lookup, i.expires_at, i.tries_left`,
};

const DELETE_INVITE: Statement = { name: 'delete-link-invite', text: 'delete from vestnik.link_invite i where i.lookup = $1 returning i.lookup' };

const EXPIRE_INVITES: Statement = { name: 'expire-link-invites', text: 'delete from vestnik.link_invite i where i.expires_at <= $1 returning i.lookup' };

interface LinkRow {
  id: string;
  name: string;
  proposed_name: string;
  state: number;
  url: string | null;
  root_key: Buffer;
  keys: string;
  confirmed_here: boolean;
  confirmed_there: boolean;
  words: string;
  transit: boolean;
  quota_rows: number;
  quota_bytes: number;
  quarantined: string | null;
  created_at: number;
}

interface RemoteRow {
  id: number;
  installation: string;
  via: string;
  behind: string;
  name: string;
  named: boolean;
  also: string[] | null;
  keys: string | null;
}

/** Links, in Postgres. */
export class PostgresLinkDirectory implements LinkDirectory {
  constructor(private readonly sql: Sql) {}

  async links(): Promise<Link[]> {
    return (await this.sql.rows<LinkRow>(LINKS)).map(linkOf);
  }

  async add(link: NewLink): Promise<Link> {
    const values = [
      link.id,
      link.name,
      link.proposedName,
      STATES.indexOf(link.state),
      link.url ?? null,
      Buffer.from(link.rootKey),
      link.keys,
      link.confirmedHere,
      link.confirmedThere,
      link.words,
      link.transit,
      link.quota.rows,
      link.quota.bytes,
    ];
    return conflictNamed(link.name, () =>
      this.sql.transaction(async (run) => {
        const [row] = await run<LinkRow>(ADD, values);
        await run(ADD_NEIGHBOUR, [link.id]);
        return linkOf(row as LinkRow);
      }),
    );
  }

  async change(id: string, change: LinkChange): Promise<Link | undefined> {
    const row = await conflictNamed(change.name, () =>
      this.sql.row<LinkRow>(CHANGE, [
        id,
        change.name ?? null,
        change.state === undefined ? null : STATES.indexOf(change.state),
        change.url ?? null,
        change.keys ?? null,
        change.confirmedHere ?? null,
        change.confirmedThere ?? null,
        change.transit ?? null,
        change.quota?.rows ?? null,
        change.quota?.bytes ?? null,
        change.quarantined !== undefined,
        change.quarantined ?? null,
      ]),
    );
    return row === undefined ? undefined : linkOf(row);
  }

  /**
   * Each remote goes in a transaction of its own, as its end takes the locks of the tenants that have written to it: of several in
   * one transaction they would not be taken in order; and what waits for it goes part by part, while nothing crosses the link any
   * more. Whoever is cut off between them removes it again.
   */
  async remove(id: string): Promise<boolean> {
    const refused = new Map<number, number>();
    for (;;) {
      const done = await this.sql.transaction(async (run) => {
        const [link] = await run<{ id: string }>('select l.id from vestnik.link l where l.id = $1 for update', [id]);
        if (link === undefined) return false;
        const [remote] = await run<{ id: number; installation: string; behind: string }>(
          'select r.id, r.installation, r.behind from vestnik.remote r where r.via = $1 order by r.behind desc limit 1',
          [id],
        );
        if (remote === undefined) {
          await run('delete from vestnik.link l where l.id = $1', [id]);
          return true;
        }
        // What this neighbour names leads nowhere any more.
        await run('delete from vestnik.remote_path p where p.via = $1 and p.installation = $2', [id, remote.installation]);
        if ((await run(REROUTE, [remote.installation])).length > 0) return undefined;
        const after = refused.get(remote.id) ?? 0;
        const [part] = await run<{ last: number | null }>('select vestnik.refuse_waiting($1, $2, $3) as last', [remote.id, after, REFUSED_AT_ONCE]);
        if (part !== undefined && part.last !== null) {
          refused.set(remote.id, part.last);
          if (after === 0) await run('update vestnik.link l set quarantined = $2 where l.id = $1 and l.quarantined is null', [id, 'it is being removed']);
          return undefined;
        }
        await run('select vestnik.forget_remote($1)', [remote.id]);
        await run('delete from vestnik.remote r where r.id = $1', [remote.id]);
        return undefined;
      });
      if (done !== undefined) return done;
    }
  }

  async remotes(): Promise<Remote[]> {
    return (await this.sql.rows<RemoteRow>(REMOTES)).map(remoteOf);
  }

  /**
   * Writes only what differs: a neighbour says the same again with each connection. The locks of all links put those who learn in a
   * row, as what one neighbour names decides about the way through another.
   */
  async learn(via: string, behind: Parameters<LinkDirectory['learn']>[1]): Promise<string[]> {
    return this.sql.transaction(async (run) => {
      const links = new Set((await run<{ id: string }>('select l.id from vestnik.link l order by l.id for update')).map(({ id }) => id));
      if (!links.has(via)) return [];
      const paths = new Map(
        (
          await run<{ behind: string; installation: string; named: boolean }>(
            'select p.behind, p.installation, p.named from vestnik.remote_path p where p.via = $1',
            [via],
          )
        ).map((row) => [row.behind, row]),
      );
      const named = new Map<string, string>();
      const fresh = new Map<string, string>();
      const refused: string[] = [];
      for (const { installation, path } of behind) {
        if (links.has(installation) || named.has(installation)) continue;
        const written = path.join('.');
        const owner = paths.get(written)?.installation ?? fresh.get(written);
        if (written === '' || (owner ?? installation) !== installation || (owner === undefined && paths.size + fresh.size >= BEHIND_MAX)) {
          refused.push(written);
          continue;
        }
        named.set(installation, written);
        if (owner === undefined) fresh.set(written, installation);
      }
      if (fresh.size > 0) {
        await run(
          'insert into vestnik.remote_path (via, behind, installation, named) select $1, n.behind, n.installation, true from unnest($2::text[], $3::text[]) n(behind, installation)',
          [via, [...fresh.keys()], [...fresh.values()]],
        );
      }
      const changed = [...paths.values()].filter((row) => row.named !== (named.get(row.installation) === row.behind));
      if (changed.length > 0) {
        await run('update vestnik.remote_path p set named = not p.named where p.via = $1 and p.behind = any($2)', [via, changed.map((row) => row.behind)]);
      }
      // Every write moves the directory's version, also one of no row.
      const known = await run<{ installation: string; via: string; behind: string }>(
        'select r.installation, r.via, r.behind from vestnik.remote r where r.installation = any($1)',
        [[...named.keys()]],
      );
      const standing = new Set(known.filter((row) => row.via !== via || row.behind === named.get(row.installation)).map(({ installation }) => installation));
      const moved = [...named].filter(([installation]) => !standing.has(installation));
      if (moved.length > 0) {
        await run(
          `insert into vestnik.remote as r (installation, via, behind)
            select n.installation, $1, n.behind from unnest($2::text[], $3::text[]) n(installation, behind)
            on conflict (installation) do update set behind = excluded.behind where r.via = excluded.via`,
          [via, moved.map(([installation]) => installation), moved.map(([, written]) => written)],
        );
      }
      // Those whose way is not named any more, while another one is: of those that go through here, and those that this neighbour names.
      const lost = await run<{ installation: string }>(
        `select r.installation from vestnik.remote r join vestnik.remote_path p on p.via = r.via and p.behind = r.behind
          where not p.named and (r.via = $1 or r.installation = any($2))
            and exists (select from vestnik.remote_path o where o.installation = r.installation and o.named)`,
        [via, [...named.keys()]],
      );
      for (const { installation } of lost) await run(REROUTE, [installation]);
      return refused;
    });
  }

  async noteKeys(installation: string, before: string | undefined, keys: string): Promise<boolean> {
    return (await this.sql.row(NOTE_KEYS, [installation, before ?? null, keys])) !== undefined;
  }

  async addInvite({ lookup, expiresAt, triesLeft }: LinkInvite): Promise<void> {
    await this.sql.rows(ADD_INVITE, [lookup, expiresAt, triesLeft]);
  }

  async tryInvite(lookup: string, now: number): Promise<LinkInvite | undefined> {
    const row = await this.sql.row<{ lookup: string; expires_at: number; tries_left: number }>(TRY_INVITE, [lookup, now]);
    return row === undefined ? undefined : { lookup: row.lookup, expiresAt: row.expires_at, triesLeft: row.tries_left };
  }

  async deleteInvite(lookup: string): Promise<boolean> {
    return (await this.sql.row(DELETE_INVITE, [lookup])) !== undefined;
  }

  async expireInvites(now: number): Promise<string[]> {
    return (await this.sql.rows<{ lookup: string }>(EXPIRE_INVITES, [now])).map(({ lookup }) => lookup);
  }
}

/** @throws Problem `conflict` for what only one link may have */
async function conflictNamed<Result>(name: string | undefined, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { code, constraint } = error as { code?: unknown; constraint?: unknown };
    if (code !== UNIQUE_VIOLATION) throw error;
    if (constraint === 'link_name_key') throw invalid('conflict', 'name', `there is a link ${name} already`);
    throw constraint === 'link_pkey' ? new Problem('conflict', 'there is a link to this installation already') : error;
  }
}

function linkOf(row: LinkRow): Link {
  return {
    id: row.id,
    name: row.name,
    proposedName: row.proposed_name,
    state: STATES[row.state] as LinkState,
    rootKey: Uint8Array.from(row.root_key),
    keys: row.keys,
    confirmedHere: row.confirmed_here,
    confirmedThere: row.confirmed_there,
    words: row.words,
    transit: row.transit,
    quota: { rows: row.quota_rows, bytes: row.quota_bytes },
    createdAt: row.created_at,
    ...(row.url === null ? {} : { url: row.url }),
    ...(row.quarantined === null ? {} : { quarantined: row.quarantined }),
  };
}

function remoteOf({ id, installation, via, behind, name, named, also, keys }: RemoteRow): Remote {
  return {
    id,
    installation,
    via,
    path: behind === '' ? [name] : [...behind.split('.'), name],
    ...(also === null ? {} : { alsoVia: also }),
    ...(named ? {} : { withdrawn: true as const }),
    ...(keys === null ? {} : { keys }),
  };
}
