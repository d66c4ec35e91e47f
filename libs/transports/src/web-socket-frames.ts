/** A whole unmasked text frame from a server: can be written as it is to many sockets, and joined with others. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const { frame, payloadAt } = frameFor(0x81, length);
  frame.write(text, payloadAt);
  return frame;
}

/** The same of bytes. */
export function binaryFrame(payload: Uint8Array): Buffer {
  const { frame, payloadAt } = frameFor(0x82, payload.length);
  frame.set(payload, payloadAt);
  return frame;
}

/** One buffer for header and payload (RFC 6455, section 5.2), the header written. */
function frameFor(firstByte: number, length: number): { frame: Buffer; payloadAt: number } {
  const payloadAt = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(payloadAt + length);
  frame[0] = firstByte;
  if (length < 126) {
    frame[1] = length;
  } else if (length < 65_536) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  return { frame, payloadAt };
}

/** Wire formats that keep frames in a push: their slots. */
export const SLOTS = { jsonRpc: 0, socketIo: 1, serverSentEvents: 2, jsonLines: 3 } as const;
