import { describe, expect, it } from 'vitest';
import { encodePacket } from '../wire/codec.js';
import type { BundleFrame } from '../wire/frames.js';
import { beginReceiver, bundle, type Receiver, stored, tellAll } from './receiver.js';

const FAR = 'b'.repeat(32);
const frameOf = (epoch: number): BundleFrame => ({ t: 'bundle', from: FAR, to: 'a'.repeat(32), epoch, first: 2 ** 52, count: 1 });

/** Each bundle begins an epoch, and is stored at once. @returns what came of the last one */
function flood(receiver: Receiver, epochs: number): { receiver: Receiver; quarantined: number } {
  let quarantined = 0;
  for (let epoch = 2 ** 52; epoch < 2 ** 52 + epochs; epoch++) {
    const [next, effects] = bundle(receiver, frameOf(epoch), epoch, 0);
    quarantined += effects.filter((effect) => effect.do === 'quarantine').length;
    receiver = effects.some((effect) => effect.do === 'store') ? stored(next, epoch, 2 ** 52)[0] : next;
  }
  return { receiver, quarantined };
}

describe('the receiving side of a link', () => {
  it('takes no more from a neighbour that begins new epochs without end, and can still say where it stands', () => {
    const { receiver, quarantined } = flood(beginReceiver(1, FAR, true, []), 5_000);
    expect(quarantined).toBeGreaterThan(0);
    const told = tellAll(receiver, 'hole', 0);
    if (told.do !== 'have') throw new Error('it says something else');
    expect(() => encodePacket({ frame: { ...told.frame, from: 'a'.repeat(32) } })).not.toThrow();
  });

  it('drops what one behind a hub sends in new epochs without end', () => {
    const { receiver, quarantined } = flood(beginReceiver(1, FAR, false, []), 5_000);
    expect(quarantined).toBe(0);
    expect(receiver.cursors.size).toBeLessThanOrEqual(1_000);
  });
});
