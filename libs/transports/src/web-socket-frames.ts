/**
 * A whole unmasked text frame from a server (RFC 6455, section 5.2): header and payload in one buffer, so that it can be
 * written as it is to many sockets, and joined with others.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = 0x81;
  if (length < 126) {
    frame[1] = length;
  } else if (length < 65_536) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(Math.floor(length / 0x1_0000_0000), 2);
    frame.writeUInt32BE(length % 0x1_0000_0000, 6);
  }
  frame.write(text, headerLength);
  return frame;
}

/** Wire formats that keep frames in a push: their slots. */
export const SLOTS = { jsonRpc: 0, socketIo: 1 } as const;
