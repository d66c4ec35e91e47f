import { describe, expect, it } from 'vitest';
import * as library from 'ws';
import { textFrame } from './web-socket-frames.js';

interface FrameReceiver {
  on(event: 'message', then: (data: Buffer, isBinary: boolean) => void): void;
  on(event: 'error', then: (error: Error) => void): void;
  end(bytes: Uint8Array, then: () => void): void;
}
/** The library exports what reads its frames, but its types do not say so. */
const { Receiver } = library as unknown as { readonly Receiver: new (options: object) => FrameReceiver };

/** What a receiver of the library reads out of bytes. */
function read(frames: Uint8Array): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const texts: string[] = [];
    const receiver = new Receiver({ isServer: false, maxPayload: 1024 * 1024 });
    receiver.on('message', (data, isBinary) => texts.push(`${isBinary ? 'binary ' : ''}${data.toString()}`));
    receiver.on('error', reject);
    receiver.end(frames, () => setImmediate(() => resolve(texts)));
  });
}

describe('a text frame', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 100_000])('of %i bytes is read as it was written', async (length) => {
    const text = 'x'.repeat(length);
    const frame = textFrame(text);
    expect(frame.length).toBe(length + (length < 126 ? 2 : length < 65_536 ? 4 : 10));
    expect(await read(frame)).toEqual([text]);
  });

  it.each(['ж'.repeat(62), 'ж'.repeat(63), '😀'.repeat(31), `${'ж'.repeat(32_767)}x`, 'ж'.repeat(32_768)])('counts bytes, not characters', async (text) => {
    expect(await read(textFrame(text))).toEqual([text]);
  });

  it('may be joined with others', async () => {
    const texts = ['', 'a', 'ж'.repeat(100), 'x'.repeat(70_000)];
    expect(await read(Buffer.concat(texts.map(textFrame)))).toEqual(texts);
  });
});
