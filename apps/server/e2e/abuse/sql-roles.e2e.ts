import { TestPostgres, TestServer, type TestTenant } from '@vestnik/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

describe('another program in the bus’s own database', () => {
  let postgres: TestPostgres;
  let databaseUrl: string;
  let first: TestServer;
  let second: TestServer;
  let accounting: TestTenant;
  let sales: TestTenant;
  const open: pg.Client[] = [];

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    databaseUrl = await postgres.createDatabase();
    first = await TestServer.start({ databaseUrl });
    second = await TestServer.join(first);
    [accounting, sales] = [await first.createTenant('accounting'), await first.createTenant('sales')];
    for (const role of ['accounting_app', 'sales_app', 'stranger']) await postgres.query(`create role ${role} login password 'its own'`, [], databaseUrl);
    await postgres.query('create schema evil authorization stranger', [], databaseUrl);
    for (const tenant of ['accounting', 'sales']) {
      await postgres.query('insert into vestnik.sql_sender (role, tenant, client) values ($1, $2, $3)', [`${tenant}_app`, tenant, 'server'], databaseUrl);
    }
  });
  afterEach(async () => {
    for (const client of open.splice(0)) await client.end();
  });
  afterAll(async () => {
    await Promise.all([first?.close(), second?.close()]);
    await postgres?.close();
  });

  const program = async (role: string): Promise<pg.Client> => {
    const url = new URL(databaseUrl);
    url.username = role;
    url.password = 'its own';
    const client = new pg.Client({ connectionString: url.href });
    open.push(client);
    await client.connect();
    return client;
  };
  const SEND = 'select vestnik.send($1, $2::text) as id';
  const hello = (data: unknown) => JSON.stringify({ to: 'ivanov', type: 'hello', data });

  it('has no right to any table, sequence or function there but sending', async () => {
    const stranger = await program('stranger');
    const { rows: relations } = await stranger.query(`
      select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'vestnik' and c.relkind in ('r', 'p', 'v', 'm', 'S')
        and (case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'usage, select, update')
          else has_table_privilege(c.oid, 'select, insert, update, delete, truncate, references, trigger') or has_any_column_privilege(c.oid, 'select, insert, update') end)`);
    expect(relations).toEqual([]);
    const { rows: definers } = await stranger.query(`
      select p.oid::regprocedure::text as name, p.proconfig from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'vestnik' and p.prosecdef and has_function_privilege(p.oid, 'execute')`);
    expect(definers).toEqual([{ name: 'vestnik.send(text,text)', proconfig: ['search_path=pg_catalog, pg_temp'] }]);
    for (const attempt of [
      `create function vestnik.send(tenant name, message text) returns uuid language sql as 'select null::uuid'`,
      'create table vestnik.mine (n int)',
      'select vestnik.take_outgoing(\'[{"n":0,"t":1,"s":1,"f":1}]\')',
      `insert into vestnik.sql_sender values ('stranger', 'accounting', 'server')`,
      'create trigger mine before insert on vestnik.outgoing execute function evil.f()',
      'alter function vestnik.send(text, text) owner to stranger',
      `create or replace function vestnik.send(tenant text, message text) returns uuid language sql as 'select null::uuid'`,
    ]) {
      await expect(stranger.query(attempt), attempt).rejects.toThrow(/permission denied|must be owner|does not exist/);
    }
  });

  it('speaks for the tenant that its role is mapped to, and for no other, however it is called', async () => {
    const stranger = await program('stranger');
    const app = await program('accounting_app');
    const refusals = new Set<string>();
    for (const [client, tenant] of [
      [stranger, 'accounting'],
      [stranger, 'no-such-tenant'],
      [app, 'sales'],
      [app, 'no-such-tenant'],
      [app, `accounting' or '1'='1`],
    ] as const) {
      const refusal = await client.query(SEND, [tenant, hello(1)]).then(
        () => 'sent',
        ({ code, message }: pg.DatabaseError) => `${code} ${message.replace(tenant, 'T')}`,
      );
      refusals.add(refusal);
    }
    expect([...refusals]).toEqual(['stranger', 'accounting_app'].map((role) => `42501 vestnik: the role ${role} may not send for the tenant T`));

    // A function of the one who may sends for nobody who may not; nor does one with another's name, or one that is found first.
    await postgres.query(
      `create function public.lend(t text, m text) returns uuid language sql security definer as 'select vestnik.send(t, m)';
       alter function public.lend(text, text) owner to accounting_app; grant execute on function public.lend(text, text) to public`,
      [],
      databaseUrl,
    );
    await expect(stranger.query('select public.lend($1, $2)', ['accounting', hello(1)])).rejects.toThrow(/the role stranger may not send/);
    await expect(stranger.query('set role accounting_app')).rejects.toThrow(/permission denied/);
    await expect(stranger.query('set session authorization accounting_app')).rejects.toThrow(/permission denied/);
    await stranger
      .query(`create function evil.stolen() returns uuid language plpgsql security definer set role = 'accounting_app'
      as $$ begin return vestnik.send('accounting', '{"to":"ivanov","type":"hello"}'); end $$`)
      .then(
        () => expect(stranger.query('select evil.stolen()')).rejects.toThrow(/permission denied|may not send/),
        (error: Error) => expect(error.message).toMatch(/permission denied|cannot set/),
      );
    expect((await accounting.api('GET', '/clients/ivanov')).status).toBe(404);
    expect((await sales.api('GET', '/clients/ivanov')).status).toBe(404);
  });

  it('leads the function astray by nothing that is found before what it means', async () => {
    const stranger = await program('stranger');
    await stranger.query(`create function evil.octet_length(text) returns int language sql as 'select 0'`);
    await stranger.query(`create function evil.json_typeof(json) returns text language sql as $$ select 'object' $$`);
    await stranger.query(`create function evil.coalesce_text(text) returns text language sql as 'select $1'`);
    await stranger.query(`create function evil.eq(text, text) returns boolean language sql as 'select true'`);
    await stranger.query('create operator evil.= (leftarg = text, rightarg = text, function = evil.eq)');
    await stranger.query('create domain evil.json as text');
    await stranger.query('create temporary table sql_sender (role text, tenant text, client text, broadcast boolean)');
    await stranger.query(`insert into sql_sender values ('stranger', 'accounting', 'server', true)`);
    await stranger.query('set search_path = evil, pg_temp, vestnik, pg_catalog');
    await expect(stranger.query(SEND, ['accounting', hello(1)])).rejects.toThrow(/the role stranger may not send/);
    await stranger.query(`set search_path = vestnik, evil`);
    await expect(stranger.query('select send($1, $2::text)', ['accounting', hello(1)])).rejects.toThrow(/may not send/);
  });

  it('stops nothing by what it sends: what is good comes after it', async () => {
    const app = await program('accounting_app');
    const ids = async (texts: readonly string[]) => {
      const outcomes: string[] = [];
      for (const text of texts) {
        outcomes.push(
          await app.query(SEND, ['accounting', text]).then(
            () => 'taken',
            ({ code }: pg.DatabaseError) => `refused ${code?.length}`,
          ),
        );
      }
      return outcomes;
    };
    const socket = await accounting.at(second).connect('victim');
    const to = '"to":"victim","type":"t"';
    const outcomes = await ids([
      `{${to},"data":"\\u0000"}`,
      `{${to},"data":"\\ud800"}`,
      `{${to},"correlationId":"\\u0007"}`,
      `{${to},"data":${'['.repeat(500)}${']'.repeat(500)}}`,
      `{${to},"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      `{${to},"data":1e999999999999}`,
      `{${to},"collapseKey":{"a":1},"deliverAt":[],"retain":"yes"}`,
      `{${to},"traceparent":"00-x\\r\\nx: y"}`,
      `{"to":["victim@accounting.hq.hq.hq","victim/","#","*","#a/+","x@y/z"],"type":"t"}`,
      `{${to},"to":"*","data":1}`,
      `{${to},"data":"${'x'.repeat(9 * 1024 * 1024)}"}`,
      `{${to},"contentType":"text/plain\\r\\nx: y","data":"AA=="}`,
      `{${to},"__proto__":{"durable":false}}`,
      `{${to},"data":{"__proto__":{"x":1},"constructor":1}}`,
    ]);
    expect(outcomes.every((outcome) => outcome === 'taken' || outcome === 'refused 5')).toBe(true);
    await app.query(SEND, ['accounting', JSON.stringify({ to: 'victim', type: 'last' })]);
    await socket.until('the last has come', ({ messages }) => messages.some(({ type }) => type === 'last'));
    await first.api('GET', '/readyz');
    expect([first.running, second.running]).toEqual([true, true]);
    expect(await postgres.query('select count(*)::int as count from vestnik.outgoing', [], databaseUrl)).toEqual([{ count: 0 }]);
  });

  it('hears nothing of what nodes tell each other, and nothing that it says is taken for theirs', async () => {
    const stranger = await program('stranger');
    const heard: string[] = [];
    stranger.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await stranger.query('listen vestnik_nodes');

    const callee = await accounting.at(second).connect('callee');
    const caller = await accounting.connect('caller');
    const called = caller.ask('call', { to: 'callee', method: 'secret', params: { word: 'swordfish' }, timeout: 20 });
    const { id } = await callee.until('it is called', ({ calls }) => calls[0]);
    callee.sendText(JSON.stringify({ jsonrpc: '2.0', id, result: 'pomegranate' }));
    expect((await called)?.result).toMatchObject({ result: 'pomegranate' });
    await accounting.send({ to: 'callee', type: 't', data: 'mackerel', durable: false });
    await callee.received(1);
    await stranger.query('select');
    expect(heard.length).toBeGreaterThan(0);
    const { sessions } = (await accounting.api('GET', '/clients/callee')).body as unknown as { sessions: { session: string }[] };
    const session = sessions[0]?.session ?? '';
    expect(session).not.toBe('');
    for (const payload of heard) {
      const raw = Buffer.from(payload.split('.')[2] ?? '', 'base64').toString('latin1');
      for (const word of ['swordfish', 'pomegranate', 'mackerel', 'callee', session]) expect(payload + raw).not.toContain(word);
    }

    const say = (payload: string) => stranger.query('select pg_notify($1, $2)', ['vestnik_nodes', payload]);
    for (const message of [
      { kind: 'close-session', session, slug: 'closed-by-administrator' },
      { kind: 'session-call', id: 'x', session, method: 'send', params: '{"to":"caller","type":"forged"}', answered: false },
      { kind: 'session-call', id: 'x', session, method: 'vestnik.adopt', params: '{"scopes":["broadcast"],"client":"server","kind":"key"}', answered: false },
      { kind: 'transient', tenantId: 1, mailboxId: 1, session, params: '{"id":"x","from":"bank","to":"callee","type":"forged"}' },
    ]) {
      await say(JSON.stringify({ node: 'evil', kind: 'message', message }));
    }
    for (const payload of ['null', '7', '{', '{"node":"evil","kind":"part","id":1,"at":4294967294,"of":2,"text":""}', ...heard]) await say(payload);
    await accounting.send({ to: 'callee', type: 'after', data: 1, durable: false });
    await callee.until('what came after has come', ({ messages }) => messages.some(({ type }) => type === 'after'));
    expect(callee.messages.map(({ type }) => type)).toEqual(['t', 'after']);
    await callee.call('ping');
    await caller.call('ping');
    expect(caller.messages).toEqual([]);
    expect(callee.calls).toHaveLength(1);
    expect([first.running, second.running]).toEqual([true, true]);
  });
});
