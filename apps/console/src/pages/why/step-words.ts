import type { Schema } from '../../api/client.js';
import type { Format } from '../../format/format.js';

export type Step = Schema<'DiagnosisStep'>;
export type Diagnosis = Schema<'Diagnosis'>;

/** Which sentence of the page's texts says what a step found, and what goes into it. */
export interface StepWords {
  /** Below `found` in the texts; one that is not there is said in the server's words. */
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/**
 * The sentence for a step. The server says each in English, with its facts beside it; this finds by
 * verdict, action and facts which one it is, so that it can be said in the reader's language.
 */
export function wordsOf(step: Step, diagnosis: Pick<Diagnosis, 'use' | 'as'>, format: Format): StepWords {
  const variant = variantOf(step, diagnosis);
  return { key: `${step.step}.${variant}`, values: valuesOf(step, format) };
}

function variantOf(step: Step, { use, as }: Pick<Diagnosis, 'use' | 'as'>): string {
  const { verdict, action, subject } = step;
  const facts = step.facts ?? {};
  const near = facts.near !== undefined;
  switch (step.step) {
    case 'from-address':
    case 'to-address':
      if (verdict === 'ok') return 'ok';
      if (facts.kind === undefined) return 'unreadable';
      return use === 'presence' && facts.kind !== 'client' ? 'clientOnly' : 'reserved';
    case 'from-tenant':
    case 'to-tenant':
      if (verdict === 'ok') return 'ok';
      if (verdict === 'skipped') return step.step === 'from-tenant' && subject.includes('@') ? 'notYours' : 'elsewhere';
      return action === 'unsuspend-tenant' ? 'suspended' : near ? 'like' : 'unknown';
    case 'from-client':
      if (verdict === 'ok') return as === 'key' ? 'byKey' : 'byToken';
      if (verdict === 'warning') return facts.known === true ? 'revoked' : 'neverSeen';
      if (as === 'token') return 'noTokens';
      return facts.expiredKeys === undefined ? 'noKey' : 'keysExpired';
    case 'rate-limits':
      return verdict === 'ok' ? (facts.limits === undefined ? 'none' : 'ok') : 'usedUp';
    case 'from-rights':
      if (verdict === 'ok') return 'ok';
      if (verdict === 'skipped') return facts.scopes === undefined ? 'noCredentials' : 'noAddress';
      if (action === 'let-clients-write') return facts.clientsMay === 'tenant' ? 'staysInTenant' : 'staysHere';
      if (action === 'change-topic-rules') return 'topicRules';
      if (action === 'correct-address') return 'reserved';
      return as === 'key' ? 'scopeOfKey' : 'scopeOfToken';
    case 'link':
      return linkVariant(step);
    case 'link-queue':
      return `${verdict}${facts.messages === undefined ? 'Bare' : ''}`;
    case 'to-accepts':
      if (verdict === 'fails') return facts.suggested === undefined ? 'refused' : 'noRule';
      if (facts.rules !== undefined) return 'ok';
      return subject.includes('@') ? 'told' : 'own';
    case 'to-client':
      if (verdict === 'ok') return 'ok';
      if (verdict === 'fails') return near ? 'refusedLike' : 'refused';
      return near ? 'unknownLike' : 'unknown';
    case 'to-inbox':
      return facts.waiting === undefined ? 'fullBare' : verdict;
    case 'to-subscribers':
      return verdict === 'ok' ? 'ok' : 'none';
    case 'to-sessions':
      return sessionsVariant(step, use);
    case 'to-webhook':
      return verdict === 'ok' ? 'ok' : facts.state === 'paused' ? 'paused' : 'failing';
    case 'to-progress':
      if (verdict === 'warning') return 'silent';
      return facts.waiting === 0 ? 'ok' : 'behind';
    case 'reverse':
      return facts.accepted === true ? 'ok' : 'notAccepted';
    default:
      return verdict;
  }
}

function linkVariant({ verdict, action, facts = {} }: Step): string {
  if (verdict === 'ok') return 'ok';
  switch (action) {
    case 'pair-link':
      return facts.near === undefined ? 'none' : 'noneLike';
    case 'confirm-link':
      return facts.confirmedHere === true ? 'confirmThere' : 'confirm';
    case 'resume-link':
      return facts.state === 'paused' ? `paused.${verdict}` : `quarantined.${verdict}`;
    default:
      return facts.connected === true ? `withdrawn.${verdict}` : `down.${verdict}`;
  }
}

function sessionsVariant({ verdict, subject, facts = {} }: Step, use: Diagnosis['use']): string {
  if (verdict === 'skipped') return 'notTold';
  const single = subject.slice(subject.indexOf('@')).includes('/');
  const everyone = subject.startsWith('*');
  const sessions = typeof facts.sessions === 'number' ? facts.sessions : 0;
  if (verdict === 'ok') {
    if (single) return 'sessionLives';
    if (sessions > 0) return everyone ? 'everyone' : 'online';
    if (use === 'presence') return 'offlineIsTold';
    return use === 'call' ? 'webhookAnswers' : 'webhookTakes';
  }
  if (single) return verdict === 'fails' ? 'sessionGone' : 'sessionLost';
  if (everyone) return use === 'call' ? 'nobodyToCall' : 'nobodyNow';
  return verdict === 'fails' ? 'noCall' : facts.until === undefined ? 'waits' : 'waitsUntil';
}

/** Facts as texts; those that a sentence does not name do no harm. */
function valuesOf({ subject, facts = {} }: Step, format: Format): Record<string, string | number> {
  const values: Record<string, string | number> = { subject, name: subject.split('@')[0] ?? subject };
  for (const [name, value] of Object.entries(facts)) {
    if (typeof value === 'number') values[name] = format.number(value);
    else if (typeof value === 'string') values[name] = isTime(value) ? format.time(value) : value;
    else if (Array.isArray(value) && value.every((one) => typeof one === 'string')) values[name] = format.list(value);
  }
  if (typeof facts.bytes === 'number') values.bytes = format.bytes(facts.bytes);
  const counted = [facts.sessions, facts.waiting, facts.subscribers, facts.failures].find((one) => typeof one === 'number');
  values.count = typeof counted === 'number' ? counted : Array.isArray(facts.keys) ? facts.keys.length : 0;
  values.text = format.number(values.count);
  const rule: unknown = facts.rule;
  values.pattern = typeof rule === 'object' && rule !== null && 'pattern' in rule ? String(rule.pattern) : '#';
  return values;
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);
}

/** The rule that would let the sender in, where the server suggests one: ready to be copied. */
export function suggestedRule({ facts }: Step): { readonly exact: string; readonly wide: string } | undefined {
  const { suggested, wide } = facts ?? {};
  if (typeof suggested !== 'object' || suggested === null) return undefined;
  return { exact: JSON.stringify(suggested), wide: JSON.stringify(typeof wide === 'string' ? { ...suggested, from: wide } : suggested) };
}

/** Names that were found to be like the one that is not there. */
export function likeNames({ facts }: Step): readonly string[] {
  const near = facts?.near;
  return Array.isArray(near) ? near.filter((one): one is string => typeof one === 'string') : [];
}

/** An address with one of its names changed: that of the client, of the tenant or of the installation, as the step is of. */
export function corrected(address: string, { step }: Step, name: string): string {
  const at = address.indexOf('@');
  const client = at < 0 ? address : address.slice(0, at);
  const rest = at < 0 ? '' : address.slice(at + 1);
  const slash = rest.indexOf('/');
  const place = slash < 0 ? rest : rest.slice(0, slash);
  const session = slash < 0 ? '' : rest.slice(slash);
  const dot = place.indexOf('.');
  const tenant = dot < 0 ? place : place.slice(0, dot);
  if (step === 'from-client' || step === 'to-client') return at < 0 ? name : `${name}@${rest}`;
  if (step === 'link') return `${client}@${tenant}.${name}${session}`;
  return `${client}@${name}${dot < 0 ? '' : place.slice(dot)}${session}`;
}
