import type { SendAnswer, SendParams } from '@vestnik/protocol';
import { untilAsked } from '@vestnik/testing';
import { expect, it } from 'vitest';
import { problemOf } from '../problem-of.js';
import type { Stage } from '../stage.js';

/** What may be sent, what is answered at once, and how it arrives. */
export function sending(stage: Stage): void {
  it('answers at once who has it, and hands the message over with all its fields', async () => {
    const { place } = stage;
    const ivanov = place.person();
    const receiver = await stage.connect(ivanov);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await place.send({ to: ivanov.name, type: 'order.approved', data: { sum: 1200.5 }, correlationId: 'A-17', ttl: 60, traceparent });
    expect(answer.to).toEqual([{ address: ivanov.address, state: expect.stringMatching(/queued|delivered/), sessions: 1, known: true }]);
    const message = await receiver.next('message');
    expect(message).toEqual({
      id: answer.id,
      position: expect.stringMatching(/^[A-Za-z0-9_-]{1,256}$/),
      from: place.backend,
      to: ivanov.address,
      type: 'order.approved',
      data: { sum: 1200.5 },
      sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      expiresAt: expect.any(String),
      correlationId: 'A-17',
      traceparent,
    });
    expect(Date.parse(message.expiresAt ?? '') - Date.parse(message.sentAt)).toBe(60_000);
  });

  it('lets clients write to one another, and the one who receives answer to from as it is', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person('Пётр Петров')];
    const [one, other] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const sent: SendAnswer = await one.call('send', { to: petrov.name, type: 'question', data: 'кто?' });
    const question = await other.next('message');
    expect(question).toMatchObject({ id: sent.id, from: ivanov.address, to: petrov.address, data: 'кто?' });
    await other.call('send', { to: question.from, type: 'answer', data: { to: question.id } });
    expect(await one.next('message')).toMatchObject({ from: petrov.address, data: { to: sent.id } });
  });

  it('hands over one sender’s messages in the order in which they were accepted', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [sender, receiver] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const numbers = Array.from({ length: 60 }, (_, at) => at);
    for (const data of numbers.slice(0, 30)) await sender.call('send', { to: petrov.name, type: 'n', data });
    for (const data of numbers.slice(30)) await stage.place.send({ to: petrov.name, type: 'm', data });
    const received = await receiver.received(60);
    expect(received.map(({ data }) => data)).toEqual(numbers);
  });

  it.runIf(stage.transport.exact)('passes data on byte for byte, both ways', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [sender, receiver] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const data = '{"sum":12345678901234567890.10,"b":1,"a":"\\u0041\\/","e":1E400,"n":-0}';
    await sender.callText('send', `{"to":${JSON.stringify(petrov.name)},"type":"exact","data":${data}}`);
    expect(receiver.textOf(await receiver.next('message'))).toContain(`"data":${data}`);
  });

  it('brings names to one form at every door', async () => {
    const name = stage.place.unused('Йозеф');
    const receiver = await stage.connect({ name: name.normalize('NFD'), address: '' });
    await stage.place.send({ to: name.normalize('NFC'), type: 'hello' });
    expect((await receiver.next('message')).to).toBe(`${name.normalize('NFC')}@${stage.place.house}`);
  });

  it('answers the same for the same key, and refuses another message under it', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [sender, receiver] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const message: SendParams = { to: petrov.name, type: 'hello', data: 1, key: stage.place.unused('k') };
    const first = await sender.call('send', message);
    expect(await sender.call('send', message)).toMatchObject({ id: first.id, duplicate: true });
    expect((await problemOf(sender.call('send', { ...message, data: 2 }))).slug).toBe('idempotency-mismatch');
    await sender.call('send', { to: petrov.name, type: 'last' });
    expect((await receiver.received(2)).map(({ type }) => type)).toEqual(['hello', 'last']);
    const again = await stage.place.api('POST', '/messages', { to: petrov.name, type: 'hello' }, undefined, { 'idempotency-key': `"${message.key}"` });
    expect(again.status, 'keys are each sender’s own').toBe(202);
    expect(
      (await stage.place.api('POST', '/messages', { to: petrov.name, type: 'hello' }, undefined, { 'idempotency-key': message.key ?? '' })).body,
    ).toMatchObject({
      id: again.body.id,
      duplicate: true,
    });
  });

  it('takes a list of recipients, and refuses all of it where one address is malformed', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [one, other] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const problem = await problemOf(one.call('send', { to: [petrov.name, '../etc'], type: 'never' }));
    expect(problem.slug).toMatch(/^(message|address)-invalid$/);
    expect(problem.errors[0]?.path).toBe('to/1');
    const { id, to } = await one.call('send', { to: [ivanov.name, petrov.name], type: 'both' });
    expect(to.map(({ address }) => address)).toEqual([ivanov.address, petrov.address]);
    expect(await one.next('message')).toMatchObject({ id, type: 'both', to: ivanov.address });
    expect(await other.next('message')).toMatchObject({ id, type: 'both', to: petrov.address });
  });

  it('hands a transient message to whoever is there, and keeps it nowhere', async () => {
    const ivanov = stage.place.person();
    const receiver = await stage.connect(ivanov);
    await stage.place.send({ to: ivanov.name, type: 'typing', durable: false });
    const message = await receiver.next('message');
    expect(message.type).toBe('typing');
    expect(message).not.toHaveProperty('position');
    await receiver.close();
    await stage.place.api('POST', '/messages', { to: ivanov.name, type: 'typing', durable: false });
    await stage.place.send({ to: ivanov.name, type: 'last' });
    const back = await stage.connect(ivanov);
    expect((await back.next('message')).type).toBe('last');
  });

  it('writes to one session alone; somebody who is not there is told at once', async () => {
    const ivanov = stage.place.person();
    const app = stage.place.unused('app');
    const receiver = await stage.connect(ivanov, { app });
    const other = await stage.connect(ivanov);
    const session = (await stage.place.sessionsOf(ivanov)).find((each) => each.app === app)?.session;
    await stage.place.send({ to: `${ivanov.name}/${session}`, type: 'for-you', durable: false });
    expect((await receiver.next('message')).type).toBe('for-you');
    await stage.place.send({ to: ivanov.name, type: 'for-all' });
    expect((await other.next('message')).type).toBe('for-all');
    expect((await problemOf(receiver.call('send', { to: `${ivanov.name}/nobody`, type: 'hello', durable: false }))).slug).toBe('client-offline');
  });

  it('reaches every client of the tenant by *, where the sender may', async () => {
    const ivanov = stage.place.person();
    const receiver = await stage.connect(ivanov);
    const type = stage.place.unused('broadcast');
    await stage.place.send({ to: '*', type, ttl: 60 });
    expect(await receiver.next('message', (message) => message.type === type)).toMatchObject({ from: stage.place.backend });
    expect((await problemOf(receiver.call('send', { to: '*', type }))).slug).toBe('scope-missing');
  });

  it('lets a message wait for its time', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [sender, receiver] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const dueAt = Date.now() + 1_200;
    const later = await sender.call('send', { to: petrov.name, type: 'later', deliverAt: new Date(dueAt).toISOString() });
    expect(later.to[0]?.state).toBe('scheduled');
    const never = await sender.call('send', { to: petrov.name, type: 'never', deliverAt: new Date(Date.now() + 3_600_000).toISOString() });
    await sender.call('send', { to: petrov.name, type: 'now' });
    expect((await receiver.next('message')).type).toBe('now');
    expect((await receiver.next('message')).type).toBe('later');
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt);
    expect(await sender.call('withdraw', { id: never.id })).toEqual({ to: [{ address: petrov.address, state: 'withdrawn' }] });
  });

  it('carries binary data as base64 with its content type', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [sender, receiver] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const bytes = Buffer.from([0, 255, 128, 10, 13, 0]);
    await sender.call('send', { to: petrov.name, type: 'image', data: stage.transport.binary ? bytes : bytes.toString('base64'), contentType: 'image/png' });
    const message = await receiver.next('message');
    expect(message.contentType).toBe('image/png');
    const { data } = message;
    expect(stage.transport.binary ? Buffer.from(data as Uint8Array) : Buffer.from(data as string, 'base64')).toEqual(bytes);
  });

  it('names the wrong field and the reason, in the same words as over HTTP', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov);
    for (const [wrong, path] of [
      [{ type: 'hello' }, 'to'],
      [{ to: 'ivanov' }, 'type'],
      [{ to: 'ivanov', type: 'with space' }, 'type'],
      [{ to: 'ivanov', type: 'vestnik.mine' }, 'type'],
      [{ to: 'ivanov', type: 'hello', ttl: 0 }, 'ttl'],
      [{ to: 'ivanov', type: 'hello', ttl: '60' }, 'ttl'],
      [{ to: 'ivanov', type: 'hello', durable: 'no' }, 'durable'],
      [{ to: 'ivanov', type: 'hello', deliverAt: 'tomorrow' }, 'deliverAt'],
      [{ to: 'ivanov', type: 'hello', collapseKey: 'x'.repeat(256) }, 'collapseKey'],
      [{ to: 'ivanov', type: 'hello', correlationId: 'a\u0000b' }, 'correlationId'],
      [{ to: 'ivanov', type: 'hello', contentType: 'png' }, 'contentType'],
      [{ to: 'ivanov', type: 'hello', unknownField: 1 }, 'unknownField'],
      [{ to: [], type: 'hello' }, 'to'],
      [{ to: '../etc', type: 'hello' }, 'to'],
    ] as const) {
      const what = JSON.stringify(wrong).slice(0, 100);
      const problem = await problemOf(client.call('send', wrong as unknown as SendParams));
      const http = await stage.place.api('POST', '/messages', wrong);
      expect(problem.slug, what).toMatch(/^(message|address)-invalid$/);
      expect(problem.errors[0]?.path, what).toBe(path);
      expect(http.status, what).toBe(400);
      expect(http.headers['content-type'], what).toContain('application/problem+json');
      expect({ detail: problem.detail, errors: problem.errors }, what).toEqual({ detail: http.body.detail, errors: http.body.errors });
    }
  });

  it('refuses data that is too large or too deep, and the session goes on', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov);
    const tooLarge = await problemOf(client.call('send', { to: ivanov.name, type: 'big', data: 'x'.repeat(256 * 1024) }));
    expect(tooLarge.slug).toBe('data-too-large');
    let deep: unknown[] = [];
    for (let level = 0; level < 80; level++) deep = [deep];
    const tooDeep = await problemOf(client.call('send', { to: ivanov.name, type: 'deep', data: deep }));
    expect(tooDeep.slug).toMatch(/^(message|request)-invalid$/);
    await client.call('send', { to: ivanov.name, type: 'fine' });
    expect((await client.next('message')).type).toBe('fine');
  });

  it('expires what nobody took in time, and nobody gets it then', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const sender = await stage.connect(ivanov);
    const sent = await sender.call('send', { to: petrov.name, type: 'short', ttl: 1, receipt: true });
    expect((await sender.next('message', undefined, 20_000)).data).toMatchObject({ id: sent.id, recipient: petrov.address, state: 'expired' });
    await untilAsked('it has expired', async () => (await stage.place.stateOf(sent.id)) === 'expired');
    await stage.place.send({ to: petrov.name, type: 'last' });
    const receiver = await stage.connect(petrov);
    expect((await receiver.next('message')).type).toBe('last');
  });
}
