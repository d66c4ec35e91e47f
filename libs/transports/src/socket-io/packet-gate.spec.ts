import { LIMITS } from '@vestnik/protocol';
import { describe, expect, it } from 'vitest';
import { PacketGate } from './packet-gate.js';

const event = (data: string, id = '') => `2/tenants/demo,${id}["send",{"data":${data}}]`;
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('the gate for packets', () => {
  it('lets pass what is small and shallow', () => {
    expect(new PacketGate().judge(event(nested(LIMITS.jsonDepth)), 1_000)).toEqual({ kind: 'pass' });
  });

  it('stops what is nested too deeply, and says who waits for an answer', () => {
    const gate = new PacketGate();
    const deep = nested(LIMITS.jsonDepth + 1);
    expect(gate.judge(event(deep, '17'), 1_000)).toEqual({ kind: 'too-deep', asked: { namespace: '/tenants/demo', id: 17 } });
    expect(gate.judge(event(deep), 1_000)).toEqual({ kind: 'too-deep', asked: undefined });
    expect(gate.judge(`51-/tenants/demo,3["send",{"data":${deep}}]`, 1_000)).toEqual({ kind: 'too-deep', asked: undefined });
  });

  it('counts bytes, not characters', () => {
    expect(new PacketGate().judge(event(`"${'a'.repeat(60)}"`), 100)).toEqual({ kind: 'pass' });
    expect(new PacketGate().judge(event(`"${'Б'.repeat(60)}"`), 100)).toEqual({ kind: 'too-large' });
  });

  it('counts what is binary together with the text that it belongs to, and begins anew with the next text', () => {
    const gate = new PacketGate();
    expect(gate.judge(event('"x"'), 100)).toEqual({ kind: 'pass' });
    expect(gate.sawBinary).toBe(false);
    expect(gate.judge(Buffer.alloc(50), 100)).toEqual({ kind: 'pass' });
    expect(gate.judge(Buffer.alloc(50), 100)).toEqual({ kind: 'too-large' });
    expect(gate.sawBinary).toBe(true);
    expect(gate.judge(event('"x"'), 100)).toEqual({ kind: 'pass' });
    expect(gate.judge(Buffer.alloc(50), 100)).toEqual({ kind: 'pass' });
  });
});
