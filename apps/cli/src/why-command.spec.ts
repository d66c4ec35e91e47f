import { describe, expect, it } from 'vitest';
import { onABus } from './testing/on-a-bus.js';

const stage = onABus();
const vestnik = (args: string[]) => stage.vestnik(['--admin-key', 'vk_admin', 'why', ...args]);
const step = (name: string, verdict: string, detail: string, more: object = {}) => ({ step: name, subject: 'x', verdict, detail, ...more });
const head = { from: 'shop@sales.hq', to: 'ivanov@stock.hq', use: 'send', as: 'key' };
const answering = (body: object) => {
  stage.answer = () => ({ status: 200, body });
};

describe('vestnik why', () => {
  it('marks each step, and ends with what mends the first failure', async () => {
    const steps = [
      step('from-tenant', 'ok', 'The tenant is there.'),
      step('to-accepts', 'fails', 'No rule fits. Add one.', { page: '/tenants/stock?tab=accepts', action: 'allow-sender' }),
      step('to-sessions', 'warning', 'It is offline.'),
      step('link', 'skipped', 'Nobody\u001b[2J knows.'),
    ];
    answering({ ...head, reachable: false, firstFailure: 1, steps });
    const { out, exitCode } = await vestnik(['shop@sales', 'иванов@stock', '--use', 'call', '--as', 'token']);
    expect(exitCode).toBe(1);
    expect(stage.seen[0]?.authorization).toBe('Bearer vk_admin');
    const asked = new URL(stage.seen[0]?.path ?? '', 'http://bus');
    expect([asked.pathname, Object.fromEntries(asked.searchParams)]).toEqual([
      '/v1/diagnose',
      { from: 'shop@sales', to: 'иванов@stock', use: 'call', as: 'token' },
    ]);
    const lines = out.trimEnd().split('\n');
    expect(lines.slice(0, 5)).toEqual([
      'shop@sales.hq → ivanov@stock.hq (send, with a key)',
      '  ✓ from-tenant  The tenant is there.',
      '  ✗ to-accepts   No rule fits. Add one.',
      '  ! to-sessions  It is offline.',
      '  - link         Nobody·[2J knows.',
    ]);
    expect(lines.at(-2)).toBe('It does not arrive: No rule fits. Add one.');
    expect(lines.at(-1)).toMatch(/^Mend it at http.*\/console\/tenants\/stock\?tab=accepts$/);
  });

  it('exits with 0 where it arrives, and says what is worth a word', async () => {
    answering({ ...head, reachable: true, steps: [step('to-sessions', 'warning', 'It is offline.')] });
    const warned = await vestnik(['a@b', 'c@d']);
    expect([warned.exitCode, warned.out.includes('It is taken, but: It is offline.')]).toEqual([0, true]);
    answering({ ...head, reachable: true, steps: [step('to-sessions', 'ok', 'It is online.')] });
    const fine = await vestnik(['a@b', 'c@d']);
    expect([fine.exitCode, fine.out.trimEnd().endsWith('It arrives.')]).toEqual([0, true]);
  });

  it('prints the whole answer as JSON for programs, with the same exit code', async () => {
    const body = { ...head, reachable: false, firstFailure: 0, steps: [step('to-tenant', 'fails', 'It is not there.')] };
    answering(body);
    const { out, exitCode } = await vestnik(['a@b', 'c@d', '--json']);
    expect([exitCode, JSON.parse(out)]).toEqual([1, body]);
  });

  it('knows three uses, and says so of a fourth', async () => {
    const { exitCode, err } = await vestnik(['a@b', 'c@d', '--use', 'shout']);
    expect([exitCode, stage.seen.length]).toEqual([2, 0]);
    expect(err).toContain('send, call, presence');
  });
});
