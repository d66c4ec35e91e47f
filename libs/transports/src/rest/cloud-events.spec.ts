import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBus } from '../spec/memory-bus.js';

const ONE = '/v1/tenants/demo/messages';
const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const BATCH = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' };

let bus: MemoryBus;
let count = 0;
beforeAll(async () => {
  bus = await MemoryBus.start({ fastLane: true });
});
afterAll(() => bus.stop());

const event = (fields: object = {}) => ({ specversion: '1.0', id: `e${++count}`, source: '/shop', type: 'order.approved', to: 'ivanov', ...fields });
const post = (fields: object) => bus.post(ONE, JSON.stringify(event(fields)), STRUCTURED);

/** The last message that was stored. */
const last = async () => {
  const entry = (await bus.messageLog.tail(1, 0, 10_000)).filter((one) => one.kind === 'message').at(-1);
  if (entry?.kind !== 'message') throw new Error('nothing was stored');
  return { to: entry.to, ...entry.message };
};

describe('a CloudEvent', () => {
  it('becomes a message to its attribute `to`, with its data byte for byte', async () => {
    const text =
      '{"specversion":"1.0","id":"1","source":"/a","type":"t","to":"ivanov","subject":"x","time":"2026-01-01T00:00:00Z","comexample":7,"data":{"b": 1, "a":12345678901234567890.10}}';
    const answer = await bus.post(ONE, text, STRUCTURED);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ to: [{ address: 'ivanov@demo.hq', state: 'queued' }] });
    expect(await last()).toMatchObject({ id: answer.body.id, to: 'ivanov@demo.hq', type: 't', data: '{"b": 1, "a":12345678901234567890.10}' });
  });

  it('takes the fields of a message as extensions, and several addresses with commas', async () => {
    const answer = await post({ to: 'ivanov, petrov', correlationid: 'A-17', collapsekey: 'price', ttl: 60, receipt: true, data: 1 });
    expect(answer.body.to).toMatchObject([{ address: 'ivanov@demo.hq' }, { address: 'petrov@demo.hq' }]);
    expect(await last()).toMatchObject({ correlationId: 'A-17', collapseKey: 'price', receipt: true });
  });

  it('is the same as another one with its source and id, however long they are', async () => {
    for (const source of ['/short', `/${'long'.repeat(100)}`]) {
      const first = await post({ id: 'same', source });
      const again = await post({ id: 'same', source });
      expect(again.body).toEqual({ ...first.body, duplicate: true });
      expect((await post({ id: 'other', source })).body.duplicate).toBeUndefined();
      expect((await post({ id: 'same', source, data: 'another' })).status).toBe(422);
    }
  });

  it('has data that is no JSON as base64 under its content type', async () => {
    await post({ datacontenttype: 'image/png', data_base64: 'iVBORw0KGgo=' });
    expect(await last()).toMatchObject({ contentType: 'image/png', data: '"iVBORw0KGgo="' });
    await post({ datacontenttype: 'text/xml', data: '<x/>' });
    expect(await last()).toMatchObject({ contentType: 'text/xml', data: JSON.stringify(Buffer.from('<x/>').toString('base64')) });
    await post({ datacontenttype: 'application/json', data_base64: Buffer.from('{"a":1}').toString('base64') });
    expect(await last()).toMatchObject({ contentType: undefined, data: '{"a":1}' });
    await post({});
    expect(await last()).toMatchObject({ contentType: undefined, data: 'null' });
  });

  it.each([
    [{ specversion: '0.3' }, 'specversion'],
    [{ id: undefined }, 'id'],
    [{ source: '' }, 'source'],
    [{ type: 'a b' }, 'type'],
    [{ to: undefined }, 'to'],
    [{ to: 7 }, 'to'],
    [{ ttl: 0 }, 'ttl'],
    [{ collapsekey: 'a\u0000' }, 'collapsekey'],
    [{ correlationid: 'x'.repeat(200) }, 'correlationid'],
    [{ deliverat: 'tomorrow' }, 'deliverat'],
    [{ datacontenttype: 7 }, 'datacontenttype'],
    [{ datacontenttype: 'text/plain', data: {} }, 'data'],
    [{ data_base64: '?' }, 'data_base64'],
    [{ data_base64: 'YQ==', data: 1 }, 'data_base64'],
    [{ datacontenttype: 'application/json', data_base64: 'YQ==' }, 'data_base64'],
  ])('is refused with the attribute that is wrong: %j', async (fields, attribute) => {
    const answer = await post(fields);
    expect(answer.body).toMatchObject({ status: 400, type: 'urn:vestnik:problem:message-invalid', errors: [{ path: attribute }] });
  });

  it('names the address that is none', async () => {
    expect((await post({ to: 'a b@C' })).body).toMatchObject({ status: 400, type: 'urn:vestnik:problem:address-invalid' });
  });

  it('comes in batches, of which one that is bad fails none of the others', async () => {
    const answer = await bus.post(`${ONE}/batch`, JSON.stringify([event({ data: 1 }), event({ to: undefined }), event({ data: 2 })]), BATCH);
    expect(answer.status).toBe(202);
    expect(answer.body.results).toMatchObject([{ to: [{ state: 'queued' }] }, { status: 400, errors: [{ path: 'to' }] }, { to: [{ state: 'queued' }] }]);
    expect((await bus.post(`${ONE}/batch`, '[]', BATCH)).status).toBe(400);
    expect((await bus.post(`${ONE}/batch`, '{}', BATCH)).status).toBe(400);
    expect((await bus.post(ONE, '[]', BATCH)).status).toBe(400);
  });

  it('comes in binary mode too: attributes in headers, the data as the body', async () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': 'b1',
      'ce-source': '/shop',
      'ce-type': 't',
      'ce-to': '%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2',
      'ce-ttl': '60',
      'ce-receipt': 'true',
    };
    const answer = await bus.post(ONE, '{"n": 1.0}', { ...headers, 'content-type': 'application/json' });
    expect(answer.status).toBe(202);
    expect(await last()).toMatchObject({ to: 'Иванов@demo.hq', data: '{"n": 1.0}', receipt: true });
    await bus.post(ONE, 'plain', { ...headers, 'ce-id': 'b2', 'content-type': 'text/plain' });
    expect(await last()).toMatchObject({ contentType: 'text/plain', data: JSON.stringify(Buffer.from('plain').toString('base64')) });
    expect((await bus.post(ONE, '{', { ...headers, 'ce-id': 'b3', 'content-type': 'application/json' })).body).toMatchObject({ errors: [{ path: 'data' }] });
    expect((await bus.post(ONE, '1', { ...headers, 'ce-id': '%zz', 'content-type': 'application/json' })).body).toMatchObject({ errors: [{ path: 'id' }] });
  });
});
