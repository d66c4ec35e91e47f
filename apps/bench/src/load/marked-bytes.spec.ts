import { describe, expect, it } from 'vitest';
import { CLIENT_MARK, clientName, DATA_TEMPLATE, MarkedBytes, readNumber } from './marked-bytes.js';

describe('marked bytes', () => {
  const body = `{"messages":[{"to":"client-${CLIENT_MARK}","data":${DATA_TEMPLATE}},{"to":"client-${CLIENT_MARK}","data":${DATA_TEMPLATE}}]}`;

  it('carry data of 200 bytes', () => {
    expect(Buffer.byteLength(DATA_TEMPLATE)).toBe(200);
    expect(() => JSON.parse(DATA_TEMPLATE)).not.toThrow();
  });

  it('take clients and numbers in place', () => {
    const request = MarkedBytes.plain(body);
    request.setClient(0, 42);
    request.setClient(1, 999);
    request.setNumber(0, 7);
    request.setNumber(1, 1_234_567_890);
    const { messages } = JSON.parse(request.bytes.toString()) as { messages: { to: string; data: { n: string } }[] };
    expect(messages.map(({ to, data }) => [to, data.n])).toEqual([
      [clientName(42), '0000000007'],
      [clientName(999), '1234567890'],
    ]);
  });

  it('take them under a mask too', () => {
    const frame = MarkedBytes.frame(`{"to":"client-${CLIENT_MARK}","data":${DATA_TEMPLATE}}`);
    frame.setClient(0, 31);
    frame.setNumber(0, 65);
    const start = 8;
    const mask = frame.bytes.subarray(4, 8);
    const plain = Buffer.from(frame.bytes.subarray(start).map((byte, i) => byte ^ (mask[i & 3] as number)));
    expect(JSON.parse(plain.toString())).toMatchObject({ to: clientName(31), data: { n: '0000000065' } });
  });

  it('say how long the body of a request is', () => {
    const request = MarkedBytes.post('/push', body).bytes.toString();
    expect(request).toContain(`Content-Length: ${body.length}\r\n`);
    expect(request.split('\r\n\r\n')[1]).toBe(body);
  });
});

describe('the number of a message', () => {
  it('is read from wherever the data lies', () => {
    const bytes = Buffer.from('{"method":"message","params":{"data":{"n":"0000000123"}}}');
    expect(readNumber(bytes, 0, bytes.length)).toBe(123);
  });

  it('is not taken from beyond the end of the frame', () => {
    const bytes = Buffer.from('{"result":{}}{"n":"0000000123"}');
    expect(readNumber(bytes, 0, 13)).toBe(-1);
  });
});
