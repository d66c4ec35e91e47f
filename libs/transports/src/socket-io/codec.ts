import type { Push } from '@vestnik/core';
import { binaryFrame, SLOTS, textFrame } from '../web-socket-frames.js';

/** Socket.IO's own encoder, as far as it is needed for packets with something binary in them. */
export interface PacketEncoder {
  encode(packet: { readonly type: number; readonly nsp: string; readonly data: readonly unknown[] }): (string | Uint8Array)[];
}

/** Packet types of the Socket.IO protocol, revision 5. */
const EVENT = 2;
const ACK = 3;
/** Engine.IO puts this before the text of a packet that is for the layer above it. */
const MESSAGE = '4';

/** Makes the packets of Socket.IO by which pushes reach clients. */
export class Codec {
  constructor(private readonly encoder: PacketEncoder) {}

  /**
   * A push as WebSocket frames, made once for all connections: a push is for one tenant, so for one namespace.
   * What is binary follows its packet in a frame of its own.
   */
  pushFrame(namespace: string, push: Push): Uint8Array {
    let frame = push.frames[SLOTS.socketIo];
    if (frame === undefined) {
      const frames = this.pushPackets(namespace, push).map((packet) => (typeof packet === 'string' ? packetFrame(packet) : binaryFrame(packet)));
      frame = frames.length === 1 ? (frames[0] as Uint8Array) : Buffer.concat(frames);
      push.frames[SLOTS.socketIo] = frame;
    }
    return frame;
  }

  /** A push as packets, for the library to write. */
  pushPackets(namespace: string, push: Push): (string | Uint8Array)[] {
    if (push.binary === undefined) return [eventPacket(namespace, push.method, push.params)];
    const message = JSON.parse(push.params) as Record<string, unknown>;
    const data = Buffer.from(String(message.data), 'base64');
    return this.encoder.encode({ type: EVENT, nsp: namespace, data: [push.method, { ...message, data }] });
  }
}

/** @param params JSON text */
export function eventPacket(namespace: string, event: string, params: string): string {
  return `${EVENT}${namespace},["${event}",${params}]`;
}

/**
 * A call: an event that asks for an answer. Its id stands among the params, since what cancels it is an event of its own.
 *
 * @param ack under which number the answer is to come
 * @param params JSON text of an object with members
 */
export function callPacket(namespace: string, ack: number, id: string, params: string): string {
  return `${EVENT}${namespace},${ack}["call",{"id":${JSON.stringify(id)},${params.slice(1)}]`;
}

/** The answer to an event that asked for one. */
export function ackPacket(namespace: string, id: number, reply: object): string {
  return `${ACK}${namespace},${id}[${JSON.stringify(reply)}]`;
}

/** The text of a packet in a WebSocket frame. */
export function packetFrame(packet: string): Uint8Array {
  return textFrame(MESSAGE + packet);
}
