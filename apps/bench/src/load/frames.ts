/** WebSocket frames (RFC 6455, section 5.2), as much of them as a load generator needs. */

export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** Told of each whole frame. The bytes are valid only until the call returns. */
export type OnFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void;

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Cuts what a server sends into frames without copying those that lie whole in one read.
 *
 * Fragmented and masked frames throw: no server measured here sends them.
 */
export class FrameReader {
  #rest: Buffer = NOTHING;

  constructor(private readonly onFrame: OnFrame) {}

  /** @param bytes is copied where it ends within a frame, so the caller may use its memory again */
  read(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    while (all.length - at >= 2) {
      const first = all[at] as number;
      const second = all[at + 1] as number;
      if ((first & 0x80) === 0 || second > 127) throw new Error('a fragmented or masked frame came from the server');

      let start = at + 2;
      let length = second;
      if (length === 126) {
        if (all.length - at < 4) break;
        length = all.readUInt16BE(start);
        start += 2;
      } else if (length === 127) {
        if (all.length - at < 10) break;
        length = Number(all.readBigUInt64BE(start));
        start += 8;
      }
      if (all.length - start < length) break;

      this.onFrame(first & 0x0f, all, start, start + length);
      at = start + length;
    }
    this.#rest = at === all.length ? NOTHING : Buffer.from(all.subarray(at));
  }
}

/** The key that every frame is masked with: not zero, so that the server has to unmask as it would for anyone. */
export const MASK: readonly number[] = [0x37, 0xfa, 0x21, 0x3d];

/** A whole client frame. */
export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const length = payload.length;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(6 + extended + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(length, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  const start = 6 + extended;
  for (let i = 0; i < 4; i++) frame[start - 4 + i] = MASK[i] as number;
  for (let i = 0; i < length; i++) frame[start + i] = (payload[i] as number) ^ (MASK[i & 3] as number);
  return frame;
}
