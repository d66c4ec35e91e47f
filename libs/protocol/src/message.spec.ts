import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint, readMessage } from './message.js';
import { Problem } from './problems.js';
import { rawMember } from './raw-json.js';

/** Reads a message as a transport does: from its JSON text. */
const read = (text: string) => readMessage(JSON.parse(text), rawMember(text, 'data'));
const of = (fields: object) => read(JSON.stringify({ to: 'ivanov', type: 'greeting', ...fields }));

/** The fields that a message is refused for. */
function wrong(fields: object): string[] {
  try {
    of(fields);
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    return ((error as Problem).extra.errors ?? []).map(({ path }) => path);
  }
  return [];
}

describe('reading a message', () => {
  it('needs to and type, and fills in the rest', () => {
    expect(of({})).toEqual({
      to: [{ addressee: { kind: 'client', name: 'ivanov' }, path: [] }],
      type: 'greeting',
      data: 'null',
      durable: true,
      receipt: false,
      retain: false,
    });
  });

  it('takes data as it was written, on one line', () => {
    expect(read('{"to":"a","type":"t","data":{"n":1.000000000000000000001,"z":12345678901234567890}}').data).toBe(
      '{"n":1.000000000000000000001,"z":12345678901234567890}',
    );
    expect(read('{"to":"a","type":"t","data":{\n  "n": 1.0\n}}').data).toBe('{"n":1.0}');
    expect(read('{"to":"a","type":"t","data":false}').data).toBe('false');
  });

  it('takes a list of up to 1,000 recipients', () => {
    expect(of({ to: ['a', 'b@p'] }).to).toHaveLength(2);
    expect(of({ to: Array.from({ length: 1_000 }, (_, at) => `c${at}`) }).to).toHaveLength(1_000);
    expect(wrong({ to: Array.from({ length: 1_001 }, (_, at) => `c${at}`) })).toEqual(['to']);
  });

  it.each<[string, object, string[]]>([
    ['to: none', { to: undefined }, ['to']],
    ['to: an empty list', { to: [] }, ['to']],
    ['to: a number', { to: 1 }, ['to']],
    ['to: one of a list', { to: ['a', 'b@'] }, ['to/1']],
    ['to: a number in a list', { to: ['a', 1] }, ['to']],
    ['type: none', { type: undefined }, ['type']],
    ['type: of another script', { type: 'тип' }, ['type']],
    ['type: too long', { type: 'x'.repeat(129) }, ['type']],
    ['type: one of the bus’s own', { type: 'vestnik.receipt' }, ['type']],
    ['durable: a word', { durable: 'yes' }, ['durable']],
    ['ttl: none left', { ttl: 0 }, ['ttl']],
    ['ttl: not whole', { ttl: 1.5 }, ['ttl']],
    ['deliverAt: no time', { deliverAt: 'tomorrow' }, ['deliverAt']],
    ['deliverAt: without a zone', { deliverAt: '2026-11-22T06:22:00' }, ['deliverAt']],
    ['deliverAt: of a transient message', { deliverAt: '2026-11-22T06:22:00Z', durable: false }, ['deliverAt']],
    ['collapseKey: too long', { collapseKey: 'x'.repeat(256) }, ['collapseKey']],
    ['correlationId: a control character', { correlationId: 'a\u0000' }, ['correlationId']],
    ['correlationId: half a character', { correlationId: '\ud83d' }, ['correlationId']],
    ['key: empty', { key: '' }, ['key']],
    ['receipt: for everyone', { to: '*', receipt: true }, ['receipt']],
    ['receipt: for a topic', { to: ['a', '#t'], receipt: true }, ['receipt']],
    ['receipt: of a transient message', { receipt: true, durable: false }, ['receipt']],
    ['contentType: none', { contentType: 'png', data: 'AA==' }, ['contentType']],
    ['contentType: data is not base64', { contentType: 'image/png', data: 'a-b_' }, ['data']],
    ['contentType: no data', { contentType: 'image/png' }, ['data']],
    ['traceparent: not as the standard has it', { traceparent: '00-x' }, ['traceparent']],
    ['a field that there is not', { priority: 1 }, ['priority']],
    ['several at once', { ttl: 0, key: '', prio: 1 }, ['ttl', 'key', 'prio']],
  ])('refuses %s', (_what, fields, paths) => {
    expect(wrong(fields)).toEqual(paths);
  });

  it('says of what is missing that it is required', () => {
    expect(() => read('{"type":"t"}')).toThrow(
      expect.objectContaining({ extra: { errors: [{ path: 'to', message: expect.stringMatching(/required|address/) }] } }),
    );
    expect(() => read('{"to":"a"}')).toThrow(expect.objectContaining({ extra: { errors: [{ path: 'type', message: 'is required' }] } }));
  });

  it('refuses a field named __proto__ and keeps prototypes as they are', () => {
    try {
      read('{"to":"a","type":"t","__proto__":{"durable":false,"polluted":1}}');
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(read('{"to":"a","type":"t","data":{"__proto__":{"polluted":1}}}').data).toBe('{"__proto__":{"polluted":1}}');
  });

  it('takes no value from a prototype', () => {
    const message = (() => {
      try {
        return read('{"to":"a","type":"t","__proto__":{"durable":false}}');
      } catch {
        return undefined;
      }
    })();
    expect(message?.durable).not.toBe(false);
  });

  it('throws nothing but a problem, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.record({ to: fc.jsonValue(), type: fc.jsonValue(), ttl: fc.jsonValue(), key: fc.jsonValue() }, { requiredKeys: [] }),
        (value, fields) => {
          for (const input of [value, fields]) {
            try {
              readMessage(input, undefined);
            } catch (error) {
              expect(error).toBeInstanceOf(Problem);
            }
          }
        },
      ),
    );
  });
});

describe('the fingerprint of a message', () => {
  it('is the same for the same message, whatever its key and trace are', () => {
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    expect(fingerprint(of({ key: 'k', data: { n: 1 } }))).toBe(fingerprint(of({ data: { n: 1 }, ...trace })));
  });

  it('differs with whatever the recipient would see, or whoever it is', () => {
    const all = [
      {},
      { to: 'petrov' },
      { to: ['ivanov', 'petrov'] },
      { data: 1 },
      { ttl: 5 },
      { durable: false },
      { type: 'other' },
      { correlationId: 'c' },
      { receipt: true },
    ];
    expect(new Set(all.map((fields) => fingerprint(of(fields)))).size).toBe(all.length);
  });
});
