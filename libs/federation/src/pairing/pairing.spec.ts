import { randomBytes, randomFillSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LINK_QUOTA, type Link } from '@vestnik/core';
import { ManualClock, MemoryBase, MemoryLinkDirectory, MemorySecretVault } from '@vestnik/core/memory';
import { afterEach, describe, expect, it } from 'vitest';
import { Identity } from '../identity/index.js';
import { PairingEndpoint } from './endpoint.js';
import { inviteKeys, readInvite, writeInvite } from './invite.js';
import { INVITE_TRIES, INVITE_VALID_MS } from './invites.js';
import { changeBy, Pairing, type PairingPorts } from './pairing.js';

type Json = Record<string, unknown>;

/** An installation that can be paired with others over a wire that a test may change. */
class House {
  readonly clock = new ManualClock();
  readonly vault = new MemorySecretVault((bytes) => void randomFillSync(bytes));
  readonly directory = new MemoryLinkDirectory(new MemoryBase({ installation: 'hq', now: this.clock.now, newId: () => '' }));
  readonly identity = new Identity({ vault: this.vault, clock: this.clock });
  readonly pairing: Pairing;
  changes = 0;
  /** Changes what goes to the other side. */
  forge: (question: Json) => Json = (question) => question;
  /** Changes what comes back. */
  forgeAnswer: (answer: Json) => Json = (answer) => answer;
  asked = 0;

  constructor(
    readonly name: string,
    readonly others: House[] = [],
    more: Partial<PairingPorts> = {},
  ) {
    this.pairing = new Pairing({
      identity: this.identity,
      directory: this.directory,
      vault: this.vault,
      clock: this.clock,
      random: randomBytes,
      installation: name,
      publicUrl: () => `https://${name}.example`,
      changed: async () => void this.changes++,
      ask: async (url, question) => {
        this.asked++;
        const other = this.others.find((house) => url === `https://${house.name}.example`);
        const answer = await other?.pairing.answer(this.forge(copy(question)));
        return this.forgeAnswer(copy(answer as object));
      },
      ...more,
    });
  }

  async link(): Promise<Link | undefined> {
    return (await this.directory.links())[0];
  }
}

const copy = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;

function pair(more: Partial<PairingPorts> = {}): { hq: House; branch: House } {
  const hq = new House('hq');
  return { hq, branch: new House('branch-7', [hq], more) };
}

describe('pairing', () => {
  it('links two installations by one word, with the same six words on both sides', async () => {
    const { hq, branch } = pair();
    const { invite, expiresAt } = await hq.pairing.invites.create();
    expect(invite).toMatch(/^vestnik-link\.[A-Za-z0-9_-]+$/);
    expect(expiresAt).toBe(hq.clock.now() + INVITE_VALID_MS);
    const link = await branch.pairing.accept(`  ${invite}\n`);
    const other = await hq.link();
    expect(link).toMatchObject({ id: hq.identity.id, name: 'hq', proposedName: 'hq', state: 'pending', url: 'https://hq.example', quota: LINK_QUOTA });
    expect(other).toMatchObject({ id: branch.identity.id, name: 'branch-7', state: 'pending', confirmedHere: false, confirmedThere: false, transit: false });
    expect(other).not.toHaveProperty('url');
    expect(link.words).toMatch(/^([a-z]{3,8} ){5}[a-z]{3,8}$/);
    expect(other?.words).toBe(link.words);
    expect(link.rootKey).toEqual(Uint8Array.from(hq.identity.rootKey));
    expect(link.keys).toBe(hq.identity.listText);
    expect(other?.keys).toBe(branch.identity.listText);
    expect([hq.changes, branch.changes]).toEqual([1, 1]);
  });

  it('tells the inviting side where to dial only where that was set, as it will be read there', async () => {
    const { hq, branch } = pair({ ownUrl: 'HTTPS://Branch-7.Example/bus/' });
    await branch.pairing.accept((await hq.pairing.invites.create()).invite);
    expect(await hq.link()).toMatchObject({ url: 'https://branch-7.example/bus' });
  });

  it('is active when both administrators have confirmed', async () => {
    const { hq, branch } = pair();
    await branch.pairing.accept((await hq.pairing.invites.create()).invite, 'head-office');
    const [here, there] = [branch.identity.id, hq.identity.id];
    expect(await branch.pairing.confirm(there)).toMatchObject({ state: 'pending', confirmedHere: true, name: 'head-office' });
    await hq.pairing.heard(here, { t: 'state', confirmed: true, paused: false, name: 'branch-7' });
    expect(await hq.link()).toMatchObject({ state: 'pending', confirmedThere: true });
    expect(await hq.pairing.confirm(here, 'seventh')).toMatchObject({ state: 'active', name: 'seventh' });
    await branch.pairing.heard(there, { t: 'state', confirmed: true, paused: false, name: 'hq' });
    expect(await branch.link()).toMatchObject({ state: 'active' });
    expect(await branch.pairing.confirm('a'.repeat(32))).toBeUndefined();
    // Again it changes nothing, and addresses keep their names.
    expect(await hq.pairing.confirm(here)).toMatchObject({ name: 'seventh' });
    await expect(hq.pairing.confirm(here, 'other')).rejects.toMatchObject({ slug: 'conflict', extra: { errors: [{ path: 'name' }] } });
  });

  it('refuses a name that is taken, or its own, before it asks anybody', async () => {
    const { hq, branch } = pair();
    const { invite } = await hq.pairing.invites.create();
    const third = new House('hq');
    branch.others.push(third);
    for (const name of ['branch-7', 'Not A Label', '']) {
      await expect(branch.pairing.accept(invite, name)).rejects.toMatchObject({ extra: { errors: [{ path: 'name' }] } });
    }
    expect(branch.asked).toBe(0);
    await branch.pairing.accept(invite);
    await expect(branch.pairing.accept((await third.pairing.invites.create()).invite)).rejects.toMatchObject({
      slug: 'conflict',
      extra: { errors: [{ path: 'name' }] },
    });
    await expect(hq.pairing.confirm(branch.identity.id, 'hq')).rejects.toMatchObject({ slug: 'conflict', extra: { errors: [{ path: 'name' }] } });
  });

  it('gives the other side a free name until the administrator has chosen', async () => {
    const hq = new House('local');
    for (const [at, name] of ['local', 'branch', 'branch'].entries()) {
      const other = new House(name, [hq]);
      await other.pairing.accept((await hq.pairing.invites.create()).invite, `up-${at}`);
    }
    expect((await hq.directory.links()).map(({ name }) => name).sort()).toEqual(['branch', 'branch-2', 'local-2']);
  });

  it('lets an invite be used once, and within its time', async () => {
    const { hq, branch } = pair();
    const { invite } = await hq.pairing.invites.create();
    await branch.pairing.accept(invite);
    await expect(new House('third', [hq]).pairing.accept(invite)).rejects.toMatchObject({ slug: 'unauthenticated' });
    const late = await hq.pairing.invites.create();
    hq.clock.advance(INVITE_VALID_MS);
    await expect(new House('third', [hq]).pairing.accept(late.invite)).rejects.toMatchObject({ slug: 'unauthenticated' });
    await hq.pairing.invites.sweep();
    const { lookup } = inviteKeys(readInvite(late.invite).secret);
    expect(await hq.vault.get(`links/invite/${lookup}`)).toBeUndefined();
    expect(await hq.directory.links()).toHaveLength(1);
  });

  it('lets one of two that come at once use it', async () => {
    const hq = new House('hq');
    const { invite } = await hq.pairing.invites.create();
    const tries = await Promise.allSettled([new House('one', [hq]), new House('two', [hq])].map((house) => house.pairing.accept(invite)));
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await hq.directory.links()).toHaveLength(1);
  });

  it('answers a wrong secret as an unknown invite, counts it, and forgets the invite after five', async () => {
    const { hq, branch } = pair();
    const { invite } = await hq.pairing.invites.create();
    const right = readInvite(invite);
    branch.forge = (question) => ({ ...question, proof: randomBytes(32).toString('base64url') });
    const said: string[] = [];
    const refusal = (error: { slug: string; detail: string }) => void said.push(`${error.slug} ${error.detail}`);
    for (let tries = 0; tries < INVITE_TRIES; tries++) await branch.pairing.accept(invite).catch(refusal);
    branch.forge = (question) => question;
    await branch.pairing.accept(invite).catch(refusal);
    await branch.pairing.accept(writeInvite({ ...right, secret: randomBytes(32) })).catch(refusal);
    await new House('new', [new House('hq')]).pairing.accept(writeInvite(right)).catch(refusal);
    expect(said).toHaveLength(INVITE_TRIES + 3);
    expect(new Set(said).size).toBe(1);
    expect(await hq.directory.links()).toEqual([]);
  });

  it.each(['id', 'root', 'keys', 'nonce', 'name', 'versions', 'url'])('refuses whoever was changed on the way: %s', async (member) => {
    const { hq, branch } = pair({ ownUrl: 'https://branch.example' });
    const liar = new House('liar');
    await liar.identity.load();
    const lies: Json = {
      id: liar.identity.id,
      root: Buffer.from(liar.identity.rootKey).toString('base64url'),
      keys: liar.identity.listText,
      nonce: randomBytes(32).toString('base64url'),
      name: 'liar',
      versions: [1, 2],
      url: 'https://liar.example',
    };
    branch.forge = (question) => ({ ...question, [member]: lies[member] });
    await expect(branch.pairing.accept((await hq.pairing.invites.create()).invite)).rejects.toMatchObject({ slug: 'unauthenticated' });
    branch.forge = (question) => question;
    branch.forgeAnswer = (answer) => ({ ...answer, [member]: lies[member] });
    await expect(branch.pairing.accept((await hq.pairing.invites.create()).invite)).rejects.toMatchObject({ slug: 'unavailable' });
    expect(await branch.directory.links()).toEqual([]);
  });

  it('takes nobody for the installation that the invite names, even with the secret', async () => {
    const { hq, branch } = pair();
    const liar = new House('hq');
    const real = readInvite((await hq.pairing.invites.create()).invite);
    const theirs = readInvite((await liar.pairing.invites.create()).invite);
    branch.others.splice(0, 1, liar);
    await expect(branch.pairing.accept(writeInvite({ ...real, secret: theirs.secret }))).rejects.toThrow();
    expect(await branch.directory.links()).toEqual([]);
  });

  it('shows other words on both sides where somebody who knows the secret stands between', async () => {
    const hq = new House('hq');
    const { invite } = await hq.pairing.invites.create();
    const middle = new House('branch-7', [hq]);
    const up = await middle.pairing.accept(invite);
    const branch = new House('branch-7', [new House('hq')]);
    const faked = (await (branch.others[0] as House).pairing.invites.create()).invite;
    const down = await branch.pairing.accept(faked);
    expect(down.words).not.toBe(up.words);
  });

  it('pairs anew while a link is pending, and not when it is active', async () => {
    const { hq, branch } = pair();
    const first = await branch.pairing.accept((await hq.pairing.invites.create()).invite);
    const again = await branch.pairing.accept((await hq.pairing.invites.create()).invite);
    expect(again.words).not.toBe(first.words);
    expect((await hq.link())?.words).toBe(again.words);
    await hq.directory.change(branch.identity.id, { state: 'active' });
    await expect(branch.pairing.accept((await hq.pairing.invites.create()).invite)).rejects.toMatchObject({ slug: 'conflict' });
    await branch.directory.change(hq.identity.id, { state: 'paused' });
    const asked = branch.asked;
    await expect(branch.pairing.accept((await hq.pairing.invites.create()).invite)).rejects.toMatchObject({ slug: 'conflict' });
    expect(branch.asked).toBe(asked);
    await expect(hq.pairing.accept((await hq.pairing.invites.create()).invite)).rejects.toMatchObject({ slug: 'conflict' });
  });

  it('refuses what is no invite, and shows nothing of it', async () => {
    const { branch } = pair();
    const odd = (said: unknown) => `vestnik-link.${Buffer.from(JSON.stringify(said)).toString('base64url')}`;
    const good = { v: 1, u: 'https://hq.example', i: 'a'.repeat(32), s: randomBytes(32).toString('base64url'), n: 'hq' };
    const wrong = [{ u: 'ftp://hq' }, { u: 'https://a:b@hq.example' }, { u: 'https://hq.example?x' }, { i: '../..' }, { s: 'AAAA' }, { v: 2 }, { n: 5 }];
    for (const text of ['', 'vk_x', 'vestnik-link.', 'vestnik-link.%%%', odd(null), ...wrong.map((change) => odd({ ...good, ...change }))]) {
      const error = await branch.pairing.accept(text).catch((thrown: unknown) => thrown as { slug: string; message: string });
      expect(error).toMatchObject({ slug: 'request-invalid', extra: { errors: [{ path: 'invite' }] } });
      expect((error as { message: string }).message).not.toContain(good.s);
    }
  });

  it('hears from the other side where it is dialled, and that it has confirmed, and forgets neither', async () => {
    const { hq, branch } = pair();
    const link = await branch.pairing.accept((await hq.pairing.invites.create()).invite);
    expect(changeBy(link, { confirmed: false })).toBeUndefined();
    expect(changeBy(link, { confirmed: true, url: 'https://moved.example:81/' })).toEqual({ confirmedThere: true, url: 'https://moved.example:81' });
    // Nobody is moved from where nobody reads along to where anybody can.
    expect(changeBy({ ...link, url: 'https://hq.example' }, { confirmed: true, url: 'http://moved.example' })).toEqual({ confirmedThere: true });
    expect(changeBy({ ...link, confirmedThere: true }, { confirmed: false, url: 'javascript:alert(1)' })).toBeUndefined();
    const before = branch.changes;
    await branch.pairing.heard(link.id, { t: 'state', confirmed: false, paused: false, name: 'x' });
    await branch.pairing.heard('a'.repeat(32), { t: 'state', confirmed: true, paused: false, name: 'x' });
    expect(branch.changes).toBe(before);
  });
});

describe('POST /v1/links/pair', () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  async function serve(house: House): Promise<string> {
    const { pairing, clock } = house;
    const endpoint = new PairingEndpoint({ pairing, clock, log: { error: () => undefined }, addressOf: ({ socket }) => socket.remoteAddress });
    const made = createServer((request, response) => {
      if (!endpoint.handle(request, response)) response.writeHead(418).end();
    });
    server = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  }

  it('pairs two installations over HTTP', async () => {
    let url = '';
    const hq = new House('hq', [], { publicUrl: () => url });
    url = await serve(hq);
    const branch = new House('branch-7', [], { ask: undefined });
    const link = await branch.pairing.accept((await hq.pairing.invites.create()).invite);
    expect(link.url).toBe(url);
    expect((await hq.link())?.words).toBe(link.words);
    await expect(branch.pairing.accept(writeInvite({ url, id: link.id, name: 'hq', secret: randomBytes(32) }))).rejects.toMatchObject({
      slug: 'request-invalid',
      extra: { errors: [{ path: 'invite' }] },
    });
  });

  it('refuses what is too large or no question, and more than a few tries, and leaves other paths alone', async () => {
    const hq = new House('hq');
    const url = await serve(hq);
    const post = (body: string, path = '/v1/links/pair') => fetch(`${url}${path}`, { method: 'POST', body });
    expect((await post(JSON.stringify('x'.repeat(70_000)))).status).toBe(413);
    expect((await post('{')).status).toBe(400);
    expect((await post('{}')).status).toBe(400);
    expect((await post('{}', '/v1/links')).status).toBe(418);
    expect((await fetch(`${url}/v1/links/pair`)).status).toBe(418);
    const statuses: number[] = [];
    for (let tries = 0; tries < 9; tries++) statuses.push((await post('{}')).status);
    expect(statuses).toEqual([400, 400, 400, 400, 400, 400, 400, 429, 429]);
    hq.clock.advance(10_000);
    expect((await post('{}')).status).toBe(400);
  });

  it('says so where nothing answers, or no bus does, or it sends elsewhere', async () => {
    const branch = new House('branch-7', [], { ask: undefined });
    const answering = async (status: number, headers: Record<string, string>, body: string) => {
      const made = createServer((_request, response) => response.writeHead(status, headers).end(body));
      server?.close();
      server = made;
      await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
    };
    const accept = (url: string) => branch.pairing.accept(writeInvite({ url, id: 'a'.repeat(32), name: 'hq', secret: randomBytes(32) }));
    for (const [status, headers, body] of [
      [200, {}, 'hello'],
      [200, {}, '{}'],
      [200, {}, `"${'x'.repeat(70_000)}"`],
      [500, {}, ''],
      [302, { location: 'http://127.0.0.1:1/' }, ''],
    ] as const) {
      const url = await answering(status, headers, body);
      await expect(accept(url)).rejects.toMatchObject({ slug: 'unavailable' });
    }
    await expect(accept('http://127.0.0.1:1')).rejects.toMatchObject({ slug: 'unavailable' });
  });
});
