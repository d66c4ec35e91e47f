import type { DiagnosedUse, DiagnosisStep } from './diagnosis.js';

/** What is done, as the object of a sentence. */
export const DONE: Readonly<Record<DiagnosedUse, string>> = { send: 'messages', call: 'calls', presence: 'questions about presence' };

/** Times in facts, and in sentences. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** `5 minutes`, `2 days`: roughly, as one says it. */
export function roughly(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  const units: readonly (readonly [string, number])[] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  const [unit, size] = units.find(([, least]) => seconds >= 2 * least) ?? ['second', 1];
  const count = Math.round(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** A question after what was found not to be there; nothing where there is nothing like it. */
export function didYouMean(near: readonly string[]): string {
  return near.length === 0 ? '' : ` Is ${listed(near, 'or')} meant?`;
}

export function listed(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}

/** The page of a tenant in the console. */
export function tenantPage(tenant: string, tab: 'settings' | 'accepts' | 'topics' | 'tokens' | 'keys' | 'hooks' | 'usage'): string {
  return `/tenants/${tenant}?tab=${tab}`;
}

export function clientPage(tenant: string, client: string): string {
  return `/tenants/${tenant}/clients/${encodeURIComponent(client)}`;
}

/** A step without what it does not have, so that answers hold no empty members. */
export function step(one: DiagnosisStep): DiagnosisStep {
  const facts = one.facts === undefined ? undefined : Object.fromEntries(Object.entries(one.facts).filter(([, value]) => value !== undefined));
  return Object.fromEntries(
    Object.entries({ ...one, facts: facts === undefined || Object.keys(facts).length === 0 ? undefined : facts }).filter(([, value]) => value !== undefined),
  ) as unknown as DiagnosisStep;
}
