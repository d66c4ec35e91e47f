import type { LinkEntry } from '@vestnik/core';
import { linkServers, type RawSocketClient, TestPostgres, TestServer, type TestTenant, untilAsked } from '@vestnik/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SYSTEM_CLOCK } from '../../src/system-clock.js';
import { type HostileConnection, HostilePeer, messageId, messageTo } from './hostile-peer.js';

const VOIDS = (count: number): LinkEntry[] => Array.from({ length: count }, () => ({ kind: 'void' }));

/** An installation with a hostile neighbour, an honest one, and clients of its own (docs/federation.md: what a neighbour cannot do). */
describe('a hostile neighbour', () => {
  let postgres: TestPostgres;
  let database: string;
  let hq: TestServer;
  let friend: TestServer;
  let evil: HostilePeer;
  /** Accepts whatever comes from the hostile neighbour. */
  let open: TestTenant;
  /** Accepts nobody. */
  let shut: TestTenant;
  let friendly: TestTenant;
  let ivanov: RawSocketClient;
  let petrov: RawSocketClient;
  let epoch = 0;
  let sent = 0;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    database = await postgres.createDatabase();
    hq = await TestServer.start({ installation: 'hq', databaseUrl: database, readyWithinMs: 60_000 });
    friend = await TestServer.start({ installation: 'friend', databaseUrl: await postgres.createDatabase(), readyWithinMs: 60_000 });
    open = await hq.createTenant('open', { accepts: ['*@*.evil', '*@*.friend'] });
    shut = await hq.createTenant('shut', { accepts: ['*@*.friend'] });
    friendly = await friend.createTenant('friendly', { accepts: ['*@*.hq'] });
    await linkServers(hq, friend);
    evil = await HostilePeer.pair(hq, 'evil');
    ivanov = await open.connect('ivanov');
    petrov = await shut.connect('petrov');
  });
  afterAll(async () => {
    await Promise.all([hq?.close(), friend?.close()]);
    await postgres?.close();
  });

  afterEach(async () => {
    if ((await evil.seen()).quarantined !== undefined) await evil.resume();
  });

  /** A new epoch for each test: what an earlier one left behind is in nobody's way. */
  const fresh = () => ({ epoch: ++epoch, first: 1 });

  /** A message from the honest neighbour and one from here arrive, at the tenant that nobody else may write to. */
  async function othersGoOn(): Promise<void> {
    const marks = [`remote ${++sent}`, `local ${sent}`];
    await Promise.all([
      friendly.send({ to: ['petrov@shut.hq'], type: 'mark', data: marks[0] as string }),
      shut.send({ to: ['petrov'], type: 'mark', data: marks[1] as string }),
    ]);
    await petrov.until('both marks', ({ messages }) => marks.every((mark) => messages.some(({ data }) => data === mark)));
    const last = petrov.messages.at(-1);
    await petrov.call('ack', { position: last?.position });
  }

  const arrived = (socket: RawSocketClient, id: string) => socket.until(`${id} arrives`, ({ messages }) => messages.find((message) => message.id === id));

  async function quarantinedAndForgiven(connection: HostileConnection, reason: RegExp): Promise<void> {
    expect(await evil.quarantined()).toMatch(reason);
    await connection.ended();
    await expect(evil.connect()).rejects.toThrow(/refuses the link/);
    await othersGoOn();
    await evil.resume();
    expect((await evil.seen()).quarantined).toBeUndefined();
    const again = await evil.begin();
    const message = messageTo('ivanov@open');
    await again.store([message], fresh());
    await arrived(ivanov, message.id);
    again.close();
  }

  it('is heard where it keeps to the rules', async () => {
    const connection = await evil.begin();
    const message = messageTo('ivanov@open');
    await connection.store([message], fresh());
    expect(await arrived(ivanov, message.id)).toMatchObject({ from: 'mallory@den.evil' });
    connection.close();
  });

  it('is refused, message by message, what it may not send, and its other messages arrive', async () => {
    const connection = await evil.begin();
    const mine = await shut.send({ to: ['petrov'], type: 'note', data: 'mine' });
    const good = messageTo('ivanov@open');
    const cases: [LinkEntry & { kind: 'message' }, string][] = [
      [messageTo('petrov@shut'), 'recipient-refused'],
      [messageTo('nobody@nowhere'), 'recipient-refused'],
      [messageTo('ivanov@open.friend'), 'address-invalid'],
      [messageTo('no address at all'), 'address-invalid'],
      [messageTo('ivanov@open/phone'), 'address-invalid'],
      [messageTo('ivanov@open', { from: 'petrov@shut.hq' }), 'message-invalid'],
      [messageTo('ivanov@open', { from: 'server@' }), 'message-invalid'],
      [messageTo('ivanov@open', { id: mine.id }), 'conflict'],
      [messageTo('ivanov@open', { id: good.id }), 'conflict'],
      [messageTo('ivanov@open', { id: '00000000-0000-4000-8000-000000000000' }), 'message-invalid'],
      [messageTo('ivanov@open', { data: JSON.stringify('x'.repeat(300 * 1024)) }), 'data-too-large'],
    ];
    await connection.store([good, ...cases.map(([entry]) => entry)], fresh());
    expect((await arrived(ivanov, good.id)).data).toEqual({});
    for (const [entry, reason] of cases) {
      const told = await connection.until(`${entry.to[0]} of ${entry.from} is refused`, () =>
        connection.stateOf(entry.id).find(({ to, state }) => to === entry.to[0] && state === 'refused'),
      );
      expect([entry.to[0], entry.from, told.reason]).toEqual([entry.to[0], entry.from, reason]);
    }
    const after = messageTo('ivanov@open');
    await connection.store([after], { ...fresh() });
    await arrived(ivanov, after.id);
    expect(ivanov.messages.filter(({ id }) => id === good.id || id === mine.id)).toHaveLength(1);
    const kept = await shut.api('GET', `/messages/${mine.id}`);
    expect(kept.body).toMatchObject({ id: mine.id, from: shut.address('server') });
    expect((await evil.seen()).quarantined).toBeUndefined();
    connection.close();
    await othersGoOn();
  });

  it('changes nothing of messages that were not sent to it, by states or by taking them back', async () => {
    const connection = await evil.begin();
    await ivanov.end();
    const local = await open.send({ to: ['ivanov'], type: 'note', data: 'local', receipt: true });
    const away = await friend.createTenant('away', { accepts: ['*@*.hq'] });
    const remote = await open.send({ to: ['sidorov@away.friend'], type: 'note', data: 'remote', receipt: true });
    const state = { state: 'acknowledged', at: Date.now() } as const;
    await connection.store(
      [
        {
          kind: 'states',
          states: [
            { id: local.id, to: 'ivanov@open', ...state },
            { id: remote.id, to: 'sidorov@away', ...state },
          ],
        },
        { kind: 'withdraw', id: local.id },
        { kind: 'withdraw', id: remote.id },
        { kind: 'states', states: [{ id: messageId(), to: 'ivanov@open', ...state }] },
      ],
      fresh(),
    );
    ivanov = await open.connect('ivanov');
    await arrived(ivanov, local.id);
    const sidorov = await away.connect('sidorov');
    await arrived(sidorov, remote.id);
    const states = (await open.api('GET', `/messages/${remote.id}`)).body.to as unknown as { state: string }[];
    expect(states.map(({ state: now }) => now)).not.toContain('acknowledged');
    await sidorov.end();
    connection.close();
    await othersGoOn();
  });

  it('is quarantined where it acknowledges what was never sent to it', async () => {
    for (let n = 0; n < 3; n++) await open.send({ to: ['x@y.evil'], type: 'note', data: n });
    const connection = await evil.begin(1);
    const [bundle] = await connection.until('the first one', ({ bundles }) => bundles.length > 0 && bundles);
    expect(bundle?.frame.count).toBe(1);
    connection.have([[bundle?.frame.epoch as number, 1_000_000]], 1);
    await quarantinedAndForgiven(connection, /acknowledges what was never sent/);
    expect(connection.bundles).toHaveLength(1);
  });

  it('is asked for what is missing where its numbers jump, and quarantined where they go on jumping', async () => {
    const connection = await evil.begin();
    const { epoch: jumping } = fresh();
    const lost = messageTo('ivanov@open');
    connection.bundle([lost], { epoch: jumping, first: 1_000, after: [jumping, 999] });
    await connection.until('it is told of the hole', ({ haves }) => haves.some(({ again }) => again === 'hole'));
    expect(connection.haves.some(({ cursors }) => cursors.some(([one]) => one === jumping))).toBe(false);
    const nothing = VOIDS(100);
    for (let n = 0; n < 210; n++) connection.bundle(nothing, { epoch: jumping, first: 2_000 + n * 100, after: [jumping, 1_999 + n * 100] });
    await quarantinedAndForgiven(connection, /leave holes/);
    expect(ivanov.messages.some(({ id }) => id === lost.id)).toBe(false);
  });

  it('keeps its place with the largest numbers that there are, and goes no further', async () => {
    const connection = await evil.begin();
    await connection.store(VOIDS(100), { epoch: 2 ** 52, first: Number.MAX_SAFE_INTEGER - 200 });
    await connection.store(VOIDS(1), { epoch: Number.MAX_SAFE_INTEGER, first: 1 });
    connection.bundle(VOIDS(100), { epoch: fresh().epoch, first: Number.MAX_SAFE_INTEGER - 10 });
    await quarantinedAndForgiven(connection, /./);
  });

  /** What comes over links cannot be stored meanwhile. */
  async function whileNothingIsStored(work: () => Promise<void>): Promise<void> {
    const held = await postgres.hold('lock table vestnik.receive_cursor in exclusive mode', database);
    try {
      await work();
    } finally {
      await held.release();
    }
  }

  it('is quarantined where it sends more than it may', async () => {
    const connection = await evil.begin();
    const nothing = VOIDS(100);
    const { epoch: flooding } = fresh();
    await whileNothingIsStored(async () => {
      for (let n = 0; n < 30; n++) connection.bundle(nothing, { epoch: flooding, first: 1 + n * 100 });
      await evil.quarantined();
    });
    await quarantinedAndForgiven(connection, /more than it was allowed/);
  });

  it('is quarantined where few of its entries are more than memory should hold', async () => {
    const connection = await evil.begin();
    const { epoch: flooding } = fresh();
    const before = await hq.residentBytes();
    const data = JSON.stringify('x'.repeat(1024 * 1024));
    await whileNothingIsStored(async () => {
      for (let n = 0; n < 300 && connection.closed === undefined; n++) {
        connection.bundle([messageTo('petrov@shut', { data })], { epoch: flooding, first: 1 + n });
        await connection.leaves(4 * 1024 * 1024);
      }
      await evil.quarantined();
    });
    expect((await hq.residentBytes()) - before).toBeLessThan(150 * 1024 * 1024);
    await quarantinedAndForgiven(connection, /more than it was allowed/);
  });

  it.each([
    [
      'a bundle that another installation has signed',
      async (connection: HostileConnection, other: HostilePeer) => connection.bundleOf(VOIDS(1), fresh(), other.identity),
    ],
    [
      'a bundle that was changed on the way',
      async (connection: HostileConnection) => {
        const packet = connection.bundleOf([messageTo('ivanov@open', { data: '"one"' })], fresh());
        return {
          ...packet,
          body: Buffer.from(
            Buffer.from(packet.body as Uint8Array)
              .toString()
              .replace('"one"', '"two"'),
          ),
        };
      },
    ],
    [
      'a bundle that is not signed',
      async (connection: HostileConnection) => {
        const { frame, body } = connection.bundleOf(VOIDS(1), fresh());
        const { key: _key, signature: _signature, ...rest } = frame;
        return { frame: rest, body };
      },
    ],
    [
      'a bundle that was signed by a key that it has revoked',
      async (connection: HostileConnection) => {
        const { key } = evil.identity.sign(Buffer.from('x'));
        const packet = connection.bundleOf(VOIDS(1), fresh());
        await evil.identity.revoke(key);
        connection.send({ frame: { t: 'keys', keys: evil.identity.listText } });
        await untilAsked('its newer keys are known', async () => {
          const { keys } = (await evil.seen()) as unknown as { keys: { key: string }[] };
          return !keys.some((one) => one.key === key);
        });
        return packet;
      },
    ],
  ])('is quarantined for %s', async (_what, forge) => {
    const connection = await evil.begin();
    connection.send(await forge(connection, other));
    await quarantinedAndForgiven(connection, /not signed/);
  });
  let other: HostilePeer;
  beforeAll(async () => {
    other = await HostilePeer.pair(hq, 'other');
  });

  it.each<[string, Buffer, number]>([
    ['is of an unknown kind', Buffer.from('{"kind":"surprise"}\n'), 1],
    ['is no JSON', Buffer.from('{"kind":\n'), 1],
    ['is nested too deep', Buffer.from(`${'['.repeat(10_000)}${']'.repeat(10_000)}\n`), 1],
    ['is no text', Buffer.from([0xff, 0xfe, 0x0a]), 1],
    [
      'has data that is nested too deep',
      Buffer.from(`${JSON.stringify({ ...messageTo('ivanov@open'), data: undefined })}\n${'['.repeat(500)}${']'.repeat(500)}\n`),
      1,
    ],
    [
      'has the type of the bus itself',
      Buffer.from(`${JSON.stringify({ ...messageTo('ivanov@open', { type: 'vestnik.receipt' }), data: undefined })}\n{}\n`),
      1,
    ],
    ['has fewer entries than it says', Buffer.from('{"kind":"void"}\n'), 2],
  ])('is quarantined for a bundle that %s, and its number is not passed over', async (_what, body, count) => {
    const connection = await evil.begin();
    connection.bundle(body, { ...fresh(), count });
    await quarantinedAndForgiven(connection, /cannot be read/);
  });

  it('is heard in nobody else’s name', async () => {
    const connection = await evil.begin();
    const forged = messageTo('petrov@shut', { from: 'x@friendly' });
    const friendId = (await friend.api('GET', '/v1/links/keys')).body.id as string;
    for (const from of [friendId, evil.there, other.id, 'a'.repeat(32)]) {
      connection.bundle([{ ...forged, id: messageId() }], { ...fresh(), from });
      connection.send({ frame: { t: 'have', from, to: evil.there, cursors: [], credit: 1, again: 'connected' } });
    }
    const mine = messageTo('ivanov@open');
    await connection.store([mine], fresh());
    await arrived(ivanov, mine.id);
    expect(petrov.messages.some(({ from }) => from === 'x@friendly.friend')).toBe(false);
    await untilAsked('the administrator is told', async () => /not known here/.test((await evil.seen()).lastError ?? ''));
    connection.close();
    await othersGoOn();
  });

  it('cannot play what another neighbour has recorded, nor its own again', async () => {
    const theirs = await other.begin();
    const recorded = theirs.bundleOf([messageTo('ivanov@open')], fresh());
    const connection = await evil.begin();
    const own = messageTo('ivanov@open');
    const place = fresh();
    const packet = connection.bundleOf([own], place);
    connection.send(recorded);
    connection.send(packet);
    await arrived(ivanov, own.id);
    connection.close();
    theirs.close();
    const again = await evil.begin();
    again.send(packet);
    await again.until('it is told that this is known', ({ haves }) =>
      haves.some(({ cursors, again: asked }) => asked === undefined && cursors.some(([one]) => one === place.epoch)),
    );
    const last = messageTo('ivanov@open');
    await again.store([last], fresh());
    await arrived(ivanov, last.id);
    expect(ivanov.messages.filter(({ id }) => id === own.id)).toHaveLength(1);
    expect(ivanov.messages.some(({ from }) => from.endsWith('.other'))).toBe(false);
    again.close();
  });

  it('does not come in with keys that have expired', async () => {
    const early = { ...SYSTEM_CLOCK, now: () => Date.now() - 91 * 24 * 3_600_000 };
    const old = await HostilePeer.pair(hq, 'old', early);
    await expect(old.connect()).rejects.toThrow(/refuses the link/);
    expect((await hq.api('DELETE', `/v1/links/${old.id}`)).status).toBe(204);
  });

  it('takes no memory and no time from others by asking, pinging and telling without end, and reading nothing', async () => {
    const connection = await evil.begin();
    const before = await hq.residentBytes();
    connection.pause();
    const between = { from: evil.id, to: evil.there };
    const deadline = Date.now() + 3_000;
    let n = 0;
    while (Date.now() < deadline && connection.closed === undefined) {
      for (let at = 0; at < 500; at++) {
        const now = Date.now();
        connection.send({ frame: { t: 'ask', ...between, id: `a${n++}`, method: 'call', at: now, until: now + 120_000 }, body: Buffer.from('{}') });
        connection.send({ frame: { t: 'ping', at: n } });
        connection.send({ frame: { t: 'state', confirmed: true, paused: false, name: `evil-${n}` } });
        connection.have([], 1_000, 'hole');
      }
      await connection.leaves(1024 * 1024);
    }
    await othersGoOn();
    const grown = (await hq.residentBytes()) - before;
    console.info(`${n} of each kind; the process has grown by ${Math.round(grown / 1024 / 1024)} MiB; ${connection.closed ?? 'still connected'}`);
    expect(grown).toBeLessThan(200 * 1024 * 1024);
    expect(await evil.quarantined()).toMatch(/without end/);
    connection.connection.close('draining');
  });

  it('is cut off for a frame that is too large, or none', async () => {
    const large = await evil.begin();
    large.sendRaw(Buffer.alloc(2 * 1024 * 1024, 0x61));
    await large.ended();
    const none = await evil.begin();
    none.sendRaw(Buffer.from('{"t":"ping"'));
    expect(await none.ended()).toMatch(/protocol/);
    expect((await evil.seen()).quarantined).toBeUndefined();
    await othersGoOn();
  });

  it('holds one connection, however many it opens', async () => {
    const connections = await Promise.all(Array.from({ length: 8 }, () => evil.connect()));
    for (let n = 0; n < 4; n++) connections.push(await evil.connect());
    const last = connections.at(-1) as HostileConnection;
    await Promise.all(connections.filter((one) => one !== last).map((one) => one.ended()));
    const message = messageTo('ivanov@open');
    await last.until('the other side says where it stands', ({ haves }) => haves.some(({ again }) => again === 'connected'));
    last.have([], 1_000, 'connected');
    await last.store([message], fresh());
    await arrived(ivanov, message.id);
    last.close();
  });

  it('reads nothing, and what waits for it waits in the store', async () => {
    const before = await hq.residentBytes();
    const connection = await evil.begin();
    connection.pause();
    const data = 'x'.repeat(200 * 1024);
    for (let n = 0; n < 100; n++) await open.send({ to: ['x@y.evil'], type: 'note', data });
    await othersGoOn();
    expect((await hq.residentBytes()) - before).toBeLessThan(120 * 1024 * 1024);
    expect((await evil.seen()).queue.messages).toBeGreaterThan(50);
    connection.connection.close('draining');
  });

  it('sends nothing, asks nothing and takes no memory before an administrator has confirmed it', async () => {
    const stranger = await HostilePeer.pair(hq, 'stranger', SYSTEM_CLOCK, false);
    // Nobody says when the node has heard of the link that it has made.
    const connection = await untilAsked('it is let in', () => stranger.connect());
    const before = await hq.residentBytes();
    const data = JSON.stringify('x'.repeat(1024 * 1024));
    const first = messageTo('ivanov@open', { data });
    for (let n = 0; n < 300 && connection.closed === undefined; n++) {
      connection.bundle([{ ...first, id: messageId() }], { epoch: 1, first: 1 + n });
      await connection.leaves(4 * 1024 * 1024);
    }
    const now = Date.now();
    connection.send({
      frame: { t: 'ask', from: stranger.id, to: stranger.there, id: 'a', method: 'call', at: now, until: now + 10_000 },
      body: Buffer.from('{}'),
    });
    await othersGoOn();
    expect((await hq.residentBytes()) - before).toBeLessThan(150 * 1024 * 1024);
    expect(ivanov.messages.some(({ from }) => from.endsWith('.stranger'))).toBe(false);
    expect(connection.packets.filter(({ frame }) => frame.t === 'reply' || frame.t === 'bundle' || frame.t === 'have')).toEqual([]);
    expect((await hq.api('DELETE', `/v1/links/${stranger.id}`)).status).toBe(204);
  });

  it('is let in no further by a handshake that never ends, and those that wait are few', async () => {
    const url = `${hq.url.replace(/^http/, 'ws')}/v1/links/connect`;
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => {
        const socket = new WebSocket(url);
        return new Promise<{ socket: WebSocket; status: number }>((resolve) => {
          socket.on('error', () => undefined);
          socket.on('open', () => resolve({ socket, status: 101 }));
          socket.on('unexpected-response', (_request, response) => {
            response.resume();
            resolve({ socket, status: response.statusCode ?? 0 });
          });
        });
      }),
    );
    const waiting = outcomes.filter(({ status }) => status === 101);
    expect(waiting.length).toBeGreaterThan(0);
    expect(waiting.length).toBeLessThanOrEqual(10);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([101, 429]));
    await othersGoOn();
    for (const { socket } of waiting) socket.terminate();
  });
});
