import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader, TEXT } from './frames.js';

/** A server's frame: unmasked. */
function serverFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? Buffer.from([0x81, payload.length])
      : payload.length < 65_536
        ? Buffer.from([0x81, 126, payload.length >> 8, payload.length & 255])
        : Buffer.from([0x81, 127, 0, 0, 0, 0, payload.length >>> 24, (payload.length >> 16) & 255, (payload.length >> 8) & 255, payload.length & 255]);
  return Buffer.concat([head, payload]);
}

function readAll(chunks: readonly Buffer[]): string[] {
  const texts: string[] = [];
  const reader = new FrameReader((_opcode, bytes, start, end) => texts.push(bytes.toString('utf8', start, end)));
  for (const chunk of chunks) reader.read(chunk);
  return texts;
}

describe('the frame reader', () => {
  const texts = ['short', 'm'.repeat(300), 'l'.repeat(70_000), ''];
  const stream = Buffer.concat(texts.map(serverFrame));

  it('finds every frame of one read', () => {
    expect(readAll([stream])).toEqual(texts);
  });

  it('finds the same frames wherever the stream is cut', () => {
    for (const cut of [1, 2, 3, 7, 8, 9, 10, 11, 310, 311, 315, 319, stream.length - 1]) {
      expect(readAll([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(texts);
    }
  });

  it('keeps no hold on the memory of a read that ended within a frame', () => {
    const first = Buffer.from(stream.subarray(0, 5));
    const seen: string[] = [];
    const reader = new FrameReader((_opcode, bytes, start, end) => seen.push(bytes.toString('utf8', start, end)));
    reader.read(first);
    first.fill(0);
    reader.read(stream.subarray(5));
    expect(seen).toEqual(texts);
  });
});

describe('a client frame', () => {
  it('is masked, and unmasks to what was given', () => {
    for (const text of ['', 'abc', 'm'.repeat(126), 'l'.repeat(70_000)]) {
      const frame = encodeFrame(TEXT, Buffer.from(text));
      expect((frame[1] as number) & 0x80).toBe(0x80);
      const start = frame.length - text.length;
      const mask = frame.subarray(start - 4, start);
      const plain = frame.subarray(start).map((byte, i) => byte ^ (mask[i & 3] as number));
      expect(Buffer.from(plain).toString()).toBe(text);
    }
  });
});
