import { beforeEach, describe, expect, it } from 'vitest';
import { type HubHouse, HubNet } from '../spec/hub-net.js';
import { encodePacket, headerOf } from '../wire/codec.js';
import type { AskFrame, BundleFrame, HaveFrame } from '../wire/frames.js';
import { signPacket } from '../wire/signing.js';

let net: HubNet;
let hub: HubHouse;
let one: HubHouse;
let two: HubHouse;

beforeEach(async () => {
  net = new HubNet();
  [hub, one, two] = [net.add('hub'), net.add('one'), net.add('two')];
  await net.link(hub, one);
  await net.link(hub, two);
});

const bundle = (from: HubHouse, to: HubHouse, first: number): BundleFrame => ({ t: 'bundle', from: from.id, to: to.id, epoch: 1, first, count: 1 });
const have = (from: HubHouse, to: HubHouse, number: number): HaveFrame => ({ t: 'have', from: from.id, to: to.id, cursors: [[1, number]], credit: 10 });
const ask = (from: HubHouse, to: HubHouse): AskFrame => ({ t: 'ask', from: from.id, to: to.id, id: 'a', method: 'call', at: 1, until: 2 });
const VOID = Buffer.from('{"kind":"void"}\n');
const send = async (from: HubHouse, to: HubHouse, ...numbers: number[]) => {
  for (const first of numbers) await net.send(from, bundle(from, to, first), VOID);
};
/** What has come in: the numbers of bundles, else the kind of frame; with a mark where it was not admitted. */
const seen = (house: HubHouse) =>
  house.received.map(({ packet: { frame }, admitted }) => `${admitted ? '' : '!'}${frame.t === 'bundle' ? frame.first : frame.t}`);

describe('the routes that a hub tells', () => {
  it('make its neighbours known to one another, and what lies behind them, each under its way', async () => {
    expect(one.pathTo(two)).toBe('two.hub');
    expect(two.pathTo(one)).toBe('one.hub');
    const far = net.add('far');
    await net.link(two, far);
    expect(far.pathTo(one)).toBe('one.hub.two');
    expect(one.pathTo(far)).toBe('far.two.hub');
    expect(hub.pathTo(far)).toBe('far.two');
    expect(one.remotes.byInstallationId(far.id)?.via).toBe(hub.id);
  });

  it('leave out those who let nobody through, from either side', async () => {
    const [quiet, deaf] = [net.add('quiet'), net.add('deaf')];
    await net.link(hub, quiet, { here: false, there: true });
    await net.link(hub, deaf);
    await hub.change(deaf, { state: 'paused' });
    expect(quiet.pathTo(one)).toBeUndefined();
    expect(one.pathTo(quiet)).toBeUndefined();
    const later = net.add('later');
    await net.link(hub, later);
    expect(later.pathTo(deaf)).toBeUndefined();
    expect(later.pathTo(one)).toBe('one.hub');
    await hub.change(quiet, { transit: true });
    await net.settle();
    expect(quiet.pathTo(one)).toBe('one.hub');
    expect(one.pathTo(quiet)).toBe('quiet.hub');
  });

  it('are withdrawn with the link, and not told on', async () => {
    const far = net.add('far');
    await net.link(two, far);
    await hub.change(two, { transit: false });
    await net.settle();
    expect(one.remotes.byInstallationId(two.id)?.withdrawn).toBe(true);
    expect(one.remotes.byInstallationId(far.id)?.withdrawn).toBe(true);
    const later = net.add('later');
    await net.link(one, later);
    expect(later.pathTo(hub)).toBe('hub.one');
    expect(later.pathTo(two)).toBeUndefined();
  });

  it('never lead through a neighbour to another neighbour, nor to oneself', async () => {
    await net.link(one, two);
    expect(one.pathTo(two)).toBe('two');
    expect(hub.pathTo(one)).toBe('one');
    for (const house of [hub, one, two]) expect(house.remotes.byInstallationId(house.id)).toBeUndefined();
  });

  it('end after eight hops', async () => {
    let last = two;
    const chain: HubHouse[] = [];
    for (let n = 0; n < 8; n++) {
      const next = net.add(`c${n}`);
      chain.push(next);
      await net.link(last, next);
      last = next;
    }
    const known = chain.filter((house) => one.pathTo(house) !== undefined);
    expect(known).toHaveLength(6);
    expect(one.pathTo(known.at(-1) as HubHouse)?.split('.')).toHaveLength(8);
    await send(one, known.at(-1) as HubHouse, 1);
    expect(seen(known.at(-1) as HubHouse)).toEqual(['1']);
  });

  it('are told again to one that was not ready', async () => {
    const late = net.add('late');
    await net.link(hub, late);
    await late.directory.remove(hub.id);
    await late.remotes.refresh();
    expect(late.pathTo(one)).toBeUndefined();
    await net.cut(hub, late);
    await hub.directory.remove(late.id);
    await hub.remotes.refresh();
    const lost = hub.hub.attach.bind(hub.hub);
    await net.link(hub, late);
    lost(
      late.id,
      (packet) => net.carry(hub, late, packet),
      () => 0,
    );
    await net.clock.run(31_000);
    expect(late.pathTo(one)).toBe('one.hub');
  });

  it('that give a path to another installation are reported, and not taken', async () => {
    await hub.change(two, { name: 'gone' });
    await hub.directory.change(one.id, { name: 'two' });
    await hub.remotes.refresh();
    await net.settle();
    expect(two.pathTo(one)).toBe('two.hub');
    // Somebody else under a name that was another’s.
    const third = net.add('third');
    const fourth = net.add('fourth');
    await net.link(hub, third, { here: false, there: true });
    await net.link(hub, fourth);
    expect(fourth.pathTo(two)).toBe('gone.hub');
    await hub.change(two, { name: 'free' });
    await hub.change(third, { name: 'gone', transit: true });
    await net.settle();
    expect(fourth.pathTo(two)).toBe('free.hub');
    expect(fourth.pathTo(third)).toBeUndefined();
    expect(fourth.reports).toEqual([expect.stringMatching(/^hub: it says that gone is another installation than before/)]);
  });
});

describe('what a hub passes on', () => {
  it('arrives word for word, with the hubs that it crossed', async () => {
    const far = net.add('far');
    await net.link(two, far);
    const raw = `{"later":1.50,"t":"bundle","from":"${one.id}","to":"${far.id}","epoch":1,"first":1,"count":1}`;
    const { sign } = one.installation;
    const packet = signPacket({ frame: bundle(one, far, 1), raw, body: VOID }, { sign });
    net.carry(one, hub, { ...packet, frame: { ...packet.frame, keys: one.installation.listText } });
    await net.settle();
    const [came] = far.received;
    expect(came?.admitted).toBe(true);
    expect(came && headerOf(came.packet)).toBe(raw);
    expect(Buffer.from(came?.packet.body ?? [])).toEqual(VOID);
    expect(came?.packet.frame.path).toEqual([
      [hub.id, 'one'],
      [two.id, 'hub'],
    ]);
  });

  it('is kept while the next link is down, and goes first and in order when it is up', async () => {
    await net.cut(hub, two);
    await send(one, two, 1, 2, 3);
    await net.send(one, have(one, two, 7));
    expect(seen(two)).toEqual([]);
    const connected = net.connect(hub, two);
    await send(one, two, 4);
    await connected;
    await send(one, two, 5);
    expect(seen(two)).toEqual(['1', '2', '3', 'have', '4', '5']);
    // Nothing that goes straight on is kept.
    await net.cut(hub, two);
    await net.connect(hub, two);
    expect(seen(two).slice(6)).toEqual(['1', '2', '3', '4']);
  });

  it('is kept no longer than until its destination says that it has it', async () => {
    await net.cut(hub, two);
    await send(one, two, 1, 2, 3);
    await net.connect(hub, two);
    await net.send(two, have(two, one, 2));
    expect(seen(one)).toEqual(['have']);
    await net.cut(hub, two);
    await net.connect(hub, two);
    expect(seen(two)).toEqual(['1', '2', '3', '3']);
  });

  it('is kept when the next link is slow, and goes on when that has room', async () => {
    hub.buffered.set(two.id, 5 * 1024 * 1024);
    await send(one, two, 1, 2);
    expect(seen(two)).toEqual([]);
    hub.buffered.set(two.id, 0);
    await net.clock.run(1_100);
    await send(one, two, 3);
    expect(seen(two)).toEqual(['1', '2', '3']);
  });

  it('is found where another node has kept it', async () => {
    await hub.transit.keep({
      destination: two.id,
      origin: one.id,
      content: { kind: 'bundle', epoch: 1, first: 9, last: 9 },
      packet: encodePacket({ frame: bundle(one, two, 9), body: VOID }),
    });
    await net.clock.run(1_100);
    await net.settle();
    expect(seen(two)).toEqual(['!9']);
  });

  it('goes by another hub when the way leads there, with what was kept for the first', async () => {
    const spare = net.add('spare');
    await net.link(spare, two);
    await net.link(hub, spare);
    const far = net.add('far');
    await net.link(far, two);
    expect(hub.pathTo(far)).toBe('far.two');
    await net.cut(hub, two);
    await send(one, far, 1, 2);
    expect(seen(far)).toEqual([]);
    // The link between them is removed; spare has named far all along.
    await two.directory.remove(hub.id);
    await two.remotes.refresh();
    await hub.directory.remove(two.id);
    await hub.remotes.refresh();
    await net.settle();
    expect(hub.pathTo(far)).toBe('far.two.spare');
    await send(one, far, 3);
    expect(seen(far)).toEqual(['1', '2', '3']);
  });

  it('is answered at once where it is asked and the next link is down', async () => {
    await net.cut(hub, two);
    await net.send(one, ask(one, two), Buffer.from('{}'));
    expect(seen(one)).toEqual(['reply']);
    expect(one.received[0]?.packet.frame).toMatchObject({ t: 'reply', from: two.id, id: 'a', failed: true });
    await net.connect(hub, two);
    expect(seen(two)).toEqual([]);
    await net.send(one, ask(one, two), Buffer.from('{}'));
    expect(seen(two)).toEqual(['ask']);
    expect(seen(one)).toEqual(['reply']);
  });

  it('goes nowhere where one of the links lets nobody through, or is paused', async () => {
    for (const change of [{ transit: false }, { state: 'paused' }, { quarantined: 'it lied' }] as const) {
      for (const link of [one, two]) {
        await hub.change(link, change);
        await send(one, two, 1);
        await hub.change(link, { transit: true, state: 'active', quarantined: null });
      }
    }
    await net.send(one, ask(one, two));
    await net.clock.run(2_000);
    expect(seen(two)).toEqual(['ask']);
    expect(hub.reports).toEqual([expect.stringMatching(/^one: it sends what is for two, and that link or this one lets nothing through$/)]);
  });

  it('is dropped and reported, once a minute, where it did not come the way that it says', async () => {
    const third = net.add('third');
    await net.link(hub, third);
    const wrong = [
      { ...bundle(two, third, 1) },
      { ...bundle(one, third, 1), path: [[two.id, 'x']] },
      { ...bundle(two, third, 1), path: [[one.id, 'x']] },
      {
        ...bundle(one, third, 1),
        path: [
          [hub.id, 'x'],
          [one.id, 'x'],
        ],
      },
      { ...bundle(one, one, 1) },
    ] as BundleFrame[];
    for (const frame of wrong) for (let n = 0; n < 3; n++) net.carry(one, hub, { frame, body: VOID });
    await net.settle();
    await net.clock.run(2_000);
    expect(seen(third)).toEqual([]);
    expect(seen(two)).toEqual([]);
    expect(hub.reports.length).toBeGreaterThanOrEqual(3);
    expect(new Set(hub.reports).size).toBe(hub.reports.length);
    const before = hub.reports.length;
    await net.clock.run(61_000);
    net.carry(one, hub, { frame: wrong[0] as BundleFrame, body: VOID });
    await net.settle();
    expect(hub.reports).toHaveLength(before + 1);
  });

  it('and is for nobody who is reached from there is not taken for its own', async () => {
    net.carry(one, hub, { frame: { ...bundle(one, two, 1), to: 'a'.repeat(32) }, body: VOID });
    net.carry(one, hub, { frame: { ...ask(one, two), to: 'a'.repeat(32) } });
    await net.settle();
    expect(hub.notPassed).toHaveLength(2);
    expect(one.received[0]?.packet.frame).toMatchObject({ t: 'reply', failed: true, from: 'a'.repeat(32) });
    expect(hub.hub.pass(one.id, { frame: { ...bundle(one, hub, 1) } })).toBe(false);
  });

  it('is kept no longer when its link is removed', async () => {
    await net.cut(hub, two);
    await send(one, two, 1);
    await hub.directory.remove(one.id);
    await hub.remotes.refresh();
    await net.connect(hub, two);
    expect(seen(two)).toEqual([]);
  });
});

describe('the keys of installations behind a hub', () => {
  it('are learned from what comes, and those that a newer list leaves out count no more', async () => {
    const before = one.installation.listText;
    const old = signedBy(one, two, 1);
    net.carry(one, hub, old);
    await net.settle();
    expect(two.remotes.byInstallationId(one.id)?.keys).toBe(before);
    one.installation.rotate();
    await send(one, two, 2);
    expect(two.remotes.byInstallationId(one.id)?.keys).toBe(one.installation.listText);
    // A hub sends the older list along again, with what was signed then.
    net.carry(one, hub, old);
    await net.settle();
    expect(seen(two)).toEqual(['1', '2', '!1']);
    expect(two.remotes.byInstallationId(one.id)?.keys).toBe(one.installation.listText);
  });

  it('are nobody else’s', async () => {
    const forged = signPacket({ frame: bundle(one, two, 1), body: VOID }, hub.installation);
    net.carry(hub, two, { ...forged, frame: { ...forged.frame, keys: hub.installation.listText, path: [[hub.id, 'one']] } });
    await net.settle();
    expect(seen(two)).toEqual(['!1']);
    expect(two.remotes.byInstallationId(one.id)?.keys).toBeUndefined();
    expect(two.reports).toEqual(['hub: it passes on what was not signed where it says it is from']);
  });
});

function signedBy(from: HubHouse, to: HubHouse, first: number) {
  const signed = signPacket({ frame: bundle(from, to, first), body: VOID }, from.installation);
  return { ...signed, frame: { ...signed.frame, keys: from.installation.listText } };
}
