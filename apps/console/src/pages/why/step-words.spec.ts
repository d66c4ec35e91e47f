import { describe, expect, it } from 'vitest';
import { formatOf } from '../../format/format.js';
import { corrected, type Step, suggestedRule, wordsOf } from './step-words.js';
import texts from './why.ru.json' with { type: 'json' };

const format = formatOf('en');
const send = { use: 'send', as: 'token' } as const;
const step = (part: Partial<Step>): Step => ({ step: 'to-client', subject: 'ivanov@sales.hq', verdict: 'ok', detail: '', ...part }) as Step;
const keyOf = (part: Partial<Step>, asked: Parameters<typeof wordsOf>[1] = send) => wordsOf(step(part), asked, format).key;

/** Whether the page has a sentence, with or without forms of a plural. */
function isSaid(key: string): boolean {
  const found = key
    .split('.')
    .reduce<unknown>(
      (part, name) => (part as Record<string, unknown> | undefined)?.[name] ?? (part as Record<string, unknown> | undefined)?.[`${name}_few`],
      texts.found,
    );
  return typeof found === 'string';
}

describe('the sentence for a step', () => {
  it.each<[string, Partial<Step>, Parameters<typeof wordsOf>[1]?]>([
    ['from-address.unreadable', { step: 'from-address', verdict: 'fails' }],
    ['to-address.clientOnly', { step: 'to-address', verdict: 'fails', facts: { kind: 'topic' } }, { use: 'presence', as: 'token' }],
    ['from-tenant.suspended', { step: 'from-tenant', verdict: 'fails', action: 'unsuspend-tenant' }],
    ['to-tenant.like', { step: 'to-tenant', verdict: 'fails', facts: { near: ['sales'] } }],
    ['from-tenant.notYours', { step: 'from-tenant', verdict: 'skipped' }],
    ['from-tenant.elsewhere', { step: 'from-tenant', verdict: 'skipped', subject: 'sales' }],
    ['to-tenant.elsewhere', { step: 'to-tenant', verdict: 'skipped' }],
    ['from-client.keysExpired', { step: 'from-client', verdict: 'fails', facts: { expiredKeys: 1 } }, { use: 'send', as: 'key' }],
    ['from-client.noTokens', { step: 'from-client', verdict: 'fails' }],
    ['from-rights.scopeOfKey', { step: 'from-rights', verdict: 'fails', action: 'create-key' }, { use: 'send', as: 'key' }],
    ['from-rights.staysInTenant', { step: 'from-rights', verdict: 'fails', action: 'let-clients-write', facts: { clientsMay: 'tenant' } }],
    ['link.confirmThere', { step: 'link', verdict: 'fails', action: 'confirm-link', facts: { confirmedHere: true } }],
    ['link.down.warning', { step: 'link', verdict: 'warning', action: 'check-link', facts: { connected: false } }],
    ['link.paused.fails', { step: 'link', verdict: 'fails', action: 'resume-link', facts: { state: 'paused' } }],
    ['link-queue.failsBare', { step: 'link-queue', verdict: 'fails' }],
    ['to-accepts.noRule', { step: 'to-accepts', verdict: 'fails', subject: 'sales', facts: { suggested: { from: 'a' } } }],
    ['to-accepts.refused', { step: 'to-accepts', verdict: 'fails' }],
    ['to-accepts.own', { step: 'to-accepts', subject: 'sales' }],
    ['to-client.refusedLike', { verdict: 'fails', facts: { near: ['ivan'] } }],
    ['to-inbox.fullBare', { step: 'to-inbox', verdict: 'fails' }],
    ['to-sessions.online', { step: 'to-sessions', facts: { sessions: 2 } }],
    ['to-sessions.noCall', { step: 'to-sessions', verdict: 'fails' }, { use: 'call', as: 'token' }],
    ['to-sessions.sessionGone', { step: 'to-sessions', verdict: 'fails', subject: 'ivanov@sales.hq/x7' }],
    ['to-sessions.nobodyNow', { step: 'to-sessions', verdict: 'warning', subject: '*@sales.hq' }],
    ['to-webhook.paused', { step: 'to-webhook', verdict: 'warning', facts: { state: 'paused' } }],
    ['to-progress.silent', { step: 'to-progress', verdict: 'warning', facts: { waiting: 3 } }],
    ['reverse.notAccepted', { step: 'reverse', facts: { accepted: false } }],
  ])('%s', (key, part, asked) => {
    expect(keyOf(part, asked)).toBe(key);
    expect(isSaid(key)).toBe(true);
  });

  it('is filled with what was found, as the reader writes it', () => {
    const { values } = wordsOf(step({ step: 'to-inbox', facts: { waiting: 12_000, maxInbox: 100_000 } }), send, format);
    expect(values).toMatchObject({ waiting: '12,000', maxInbox: '100,000', name: 'ivanov', count: 12_000, text: '12,000' });
  });

  it('is the server’s own where the console knows none', () => {
    expect(isSaid(keyOf({ step: 'a-new-step' as Step['step'] }))).toBe(false);
  });
});

describe('what is perhaps meant', () => {
  it('changes that name of an address which is not there', () => {
    expect(corrected('ivanof@sales', step({ step: 'to-client' }), 'ivanov')).toBe('ivanov@sales');
    expect(corrected('ivanov@sale.hq/x7', step({ step: 'to-tenant' }), 'sales')).toBe('ivanov@sales.hq/x7');
    expect(corrected('filial@sales.branch-8', step({ step: 'link' }), 'branch-7')).toBe('filial@sales.branch-7');
    expect(corrected('ivanof', step({ step: 'to-client' }), 'ivanov')).toBe('ivanov');
  });

  it('is a rule for the sender, and one for all clients there', () => {
    const facts = { suggested: { from: 'shop@sales.hq', allow: ['send'] }, wide: '*@sales.hq' };
    expect(suggestedRule(step({ facts }))).toEqual({ exact: '{"from":"shop@sales.hq","allow":["send"]}', wide: '{"from":"*@sales.hq","allow":["send"]}' });
    expect(suggestedRule(step({}))).toBeUndefined();
  });
});
