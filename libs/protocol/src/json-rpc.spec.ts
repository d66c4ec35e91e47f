import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRpc, rpcError, rpcNotification, rpcResult } from './json-rpc.js';
import { Problem } from './problems.js';

const one = (text: string) => {
  const input = readRpc(text);
  return input.kind === 'frames' ? input.frames[0] : input;
};

describe('reading a frame', () => {
  it('finds a call, with its params as they were written', () => {
    expect(one('{"jsonrpc":"2.0","id":7,"method":"send","params":{ "data": 1.00 }}')).toEqual({
      kind: 'request',
      id: 7,
      method: 'send',
      params: { data: 1 },
      raw: '{ "data": 1.00 }',
    });
  });

  it('finds a notification, which has no id at all; null is one', () => {
    expect(one('{"jsonrpc":"2.0","method":"ack"}')).toMatchObject({ kind: 'request', id: undefined, params: {}, raw: undefined });
    expect(one('{"jsonrpc":"2.0","id":null,"method":"ack"}')).toMatchObject({ kind: 'request', id: null });
  });

  it('finds a response', () => {
    expect(one('{"jsonrpc":"2.0","id":"c1","result":{"n":1.0}}')).toEqual({ kind: 'response', id: 'c1', result: '{"n":1.0}', error: undefined });
    expect(one('{"jsonrpc":"2.0","id":"c1","error":{"code":1}}')).toMatchObject({ kind: 'response', error: '{"code":1}' });
  });

  it.each([
    ['no version', '{"id":1,"method":"ping"}', 1],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', 1],
    ['no method', '{"jsonrpc":"2.0","id":"a"}', 'a'],
    ['a method that is no string', '{"jsonrpc":"2.0","id":1,"method":2}', 1],
    ['an id that is none', '{"jsonrpc":"2.0","id":{},"method":"ping"}', null],
    ['params in a list', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}', 1],
    ['params of null', '{"jsonrpc":"2.0","id":1,"method":"ping","params":null}', 1],
    ['a number', '5', null],
    ['null', 'null', null],
    ['a response without an id', '{"jsonrpc":"2.0","result":1}', null],
    ['an empty batch', '[]', null],
    ['a batch of 101', `[${Array(101).fill('{}').join(',')}]`, null],
  ])('answers -32600 to %s, with the id where there is one', (_what, text, id) => {
    expect(one(text)).toMatchObject({ kind: 'invalid', id, problem: { code: -32600 } });
  });

  it('answers -32700 to what is not JSON, or too deep', () => {
    for (const text of ['', '{', '\ufeff{}', `${'['.repeat(100_000)}`, `{"a":${'['.repeat(70)}${']'.repeat(70)}}`]) {
      expect(readRpc(text)).toMatchObject({ kind: 'unreadable', failure: { code: -32700 } });
    }
  });

  it('takes a batch of up to 100, each by itself', () => {
    const input = readRpc('[{"jsonrpc":"2.0","id":1,"method":"ping"}, 5 ,{"jsonrpc":"2.0","method":"ack","params":{"position": "A" }}]');
    expect(input).toMatchObject({
      kind: 'frames',
      batch: true,
      frames: [
        { kind: 'request', id: 1 },
        { kind: 'invalid', id: null },
        { kind: 'request', method: 'ack', raw: '{"position": "A" }' },
      ],
    });
    expect(readRpc(`[${Array(100).fill('{}').join(',')}]`)).toMatchObject({ batch: true, frames: { length: 100 } });
  });

  it('takes data that is 64 levels deep, alone and in a batch', () => {
    const call = `{"jsonrpc":"2.0","id":1,"method":"send","params":{"data":${'['.repeat(64)}${']'.repeat(64)}}}`;
    expect(one(call)).toMatchObject({ kind: 'request' });
    expect(one(`[${call}]`)).toMatchObject({ kind: 'request' });
  });

  it('never throws', () => {
    const frames = fc.record(
      {
        jsonrpc: fc.constantFrom<unknown>('2.0', 2),
        id: fc.jsonValue(),
        method: fc.jsonValue(),
        params: fc.jsonValue(),
        result: fc.jsonValue(),
        error: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          frames.map((frame) => JSON.stringify(frame)),
          fc.array(frames).map((batch) => JSON.stringify(batch)),
        ),
        (text) => void readRpc(text),
      ),
    );
  });
});

describe('writing a frame', () => {
  it('is JSON with the id as it came', () => {
    expect(rpcResult('a"b', { n: 1 })).toBe('{"jsonrpc":"2.0","id":"a\\"b","result":{"n":1}}');
    expect(JSON.parse(rpcError(null, new Problem('conflict', 'x')))).toMatchObject({ id: null, error: { code: -32040, data: { type: 'conflict' } } });
    expect(rpcNotification('message', '{"n":1.00}')).toBe('{"jsonrpc":"2.0","method":"message","params":{"n":1.00}}');
  });
});
