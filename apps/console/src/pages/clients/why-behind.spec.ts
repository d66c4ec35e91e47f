import { describe, expect, it } from 'vitest';
import { whyBehind } from './why-behind.js';

const NOW = Date.parse('2026-11-22T18:00:00Z');
const old = { sentAt: '2026-11-22T17:00:00Z' };

describe('why a client is behind', () => {
  it('is nothing while nothing waits, or what waits has just come', () => {
    expect(whyBehind({ online: false, waiting: 0 }, undefined, NOW).kind).toBe('none');
    expect(whyBehind({ online: false, waiting: 3 }, { sentAt: '2026-11-22T17:59:50Z' }, NOW).kind).toBe('none');
  });

  it('is its webhook, whether it is connected or not', () => {
    expect(whyBehind({ online: true, waiting: 3, webhook: 'paused' }, old, NOW).kind).toBe('webhook-paused');
    expect(whyBehind({ online: false, waiting: 3, webhook: 'failing' }, old, NOW).kind).toBe('webhook-failing');
  });

  it('is that it is not there', () => {
    expect(whyBehind({ online: false, waiting: 3 }, { ...old, attempts: 2 }, NOW).kind).toBe('offline');
  });

  it('is that it does not acknowledge what it was handed', () => {
    expect(whyBehind({ online: true, waiting: 3 }, { ...old, attempts: 2 }, NOW)).toEqual({ kind: 'not-acknowledging', attempts: 2 });
    expect(whyBehind({ online: true, waiting: 3 }, old, NOW).kind).toBe('not-handed');
  });
});
