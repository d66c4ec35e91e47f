import { describe, expect, it } from 'vitest';
import { afterDisconnect } from './after-disconnect.js';
import type { Closed } from './connection.js';
import { VestnikError } from './vestnik-error.js';

const closed = (code: number, more: Partial<Closed> = {}): Closed => ({ code, reason: '', ...more });
const closing = (code: number, reason: string, reconnect: boolean, after?: number) => ({
  closing: { type: 'vestnik.closing' as const, code, reason, reconnect, after },
});

describe('afterDisconnect', () => {
  it('comes back after a lost connection', () => {
    expect(afterDisconnect(closed(1006), true)).toMatchObject({ kind: 'reconnect', delayMsMin: 0, freshToken: false, error: { slug: 'unreachable' } });
  });

  it('comes back a minute after a frame that was too big', () => {
    expect(afterDisconnect(closed(1009), true)).toMatchObject({ kind: 'reconnect', delayMsMin: 60_000 });
  });

  it('believes the notice before the code', () => {
    expect(afterDisconnect(closed(4409, closing(4409, 'replaced', true, 3)), true)).toMatchObject({ kind: 'reconnect', delayMsMin: 3_000 });
    expect(afterDisconnect(closed(1006, closing(1012, 'draining', false)), true)).toMatchObject({ kind: 'stop', error: { slug: 'draining' } });
  });

  it('takes a fresh token after 4401, or stops where there is none', () => {
    expect(afterDisconnect(closed(4401, { reason: 'token-expired' }), true)).toMatchObject({ kind: 'reconnect', freshToken: true });
    expect(afterDisconnect(closed(4401, { reason: 'token-expired' }), false)).toMatchObject({ kind: 'stop', error: { slug: 'token-expired' } });
  });

  it('judges by the problem where the close code was lost', () => {
    const refused = (slug: string, retryable: boolean, extra = {}) => closed(1006, { error: new VestnikError(slug, '', retryable, { extra }) });
    expect(afterDisconnect(refused('tenant-unknown', false), true).kind).toBe('stop');
    expect(afterDisconnect(refused('message-invalid', false), true).kind).toBe('stop');
    expect(afterDisconnect(refused('token-expired', false), true)).toMatchObject({ kind: 'reconnect', freshToken: true });
    expect(afterDisconnect(refused('rate-limited', true, { retryAfter: 7 }), true)).toMatchObject({ kind: 'reconnect', delayMsMin: 7_000 });
  });
});
