import { Push } from '@vestnik/core';
import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { binaryFrame } from '../web-socket-frames.js';
import { ackPacket, Codec, eventPacket, packetFrame } from './codec.js';

const NAMESPACE = '/tenants/demo';

/** As the WebSocket library frames it. */
function framed(payload: Buffer, opcode: number): Buffer {
  const { Sender } = ws as unknown as { Sender: { frame: (data: Buffer, options: object) => Buffer[] } };
  return Buffer.concat(Sender.frame(payload, { fin: true, rsv1: false, opcode, mask: false, readOnly: true }));
}

describe('the codec', () => {
  const codec = new Codec({
    encode: ({ type, nsp, data }) => {
      const [event, message] = data as [string, { data: Buffer }];
      return [`${type}:${nsp}:${event}`, message.data];
    },
  });

  it('writes params as they are, with the namespace and the event before them', () => {
    expect(eventPacket(NAMESPACE, 'message', '{"data":1.50}')).toBe('2/tenants/demo,["message",{"data":1.50}]');
    expect(ackPacket(NAMESPACE, 12, { result: {} })).toBe('3/tenants/demo,12[{"result":{}}]');
  });

  it('makes a frame once for all who get the push', () => {
    const push = new Push('message', '{"data":"Б"}');
    const frame = codec.pushFrame(NAMESPACE, push);
    expect(codec.pushFrame(NAMESPACE, push)).toBe(frame);
    expect(frame).toEqual(framed(Buffer.from('42/tenants/demo,["message",{"data":"Б"}]'), 1));
  });

  it('puts the bytes of what is binary into a frame right after its packet', () => {
    const bytes = Buffer.alloc(300, 9);
    const push = new Push('message', JSON.stringify({ data: bytes.toString('base64') }), { contentType: 'image/png' });
    expect(codec.pushFrame(NAMESPACE, push)).toEqual(Buffer.concat([framed(Buffer.from('42:/tenants/demo:message'), 1), framed(bytes, 2)]));
  });
});

describe('frames', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])('of %i bytes are as RFC 6455 has them', (length) => {
    const bytes = Buffer.alloc(length, 5);
    expect(binaryFrame(bytes)).toEqual(framed(bytes, 2));
    expect(packetFrame('x'.repeat(length))).toEqual(framed(Buffer.from(`4${'x'.repeat(length)}`), 1));
  });
});
