import type { Schema } from '../../api/client.js';
import type { Tone } from '../../parts/tone.js';
import { shownUrl } from './shown-url.js';
import type { Webhook } from './webhook-queries.js';

type Entry = Pick<Schema<'AuditEntry'>, 'id' | 'at' | 'who' | 'action' | 'before' | 'after'>;

/** One thing of a webhook's life. */
export interface Happening {
  readonly key: string;
  readonly at?: string;
  readonly what: 'made' | 'set' | 'paused' | 'resumed' | 'removed' | 'down' | 'fails' | 'stopped' | 'next';
  readonly tone: Tone;
  readonly who?: string;
  /** A URL without its secrets, a reason, an error in the server's words. */
  readonly detail?: string;
  readonly tries?: number;
}

const ACTIONS: Readonly<Record<string, Pick<Happening, 'what' | 'tone'>>> = {
  'webhook.set': { what: 'set', tone: 'info' },
  'webhook.pause': { what: 'paused', tone: 'warning' },
  'webhook.resume': { what: 'resumed', tone: 'good' },
  'webhook.delete': { what: 'removed', tone: 'neutral' },
};

/** What was done to a webhook, by the audit trail where it may be read, and how it has done since; oldest first. */
export function history(webhook: Webhook, audited: readonly Entry[]): Happening[] {
  const { createdAt, state, reason, lastError, failures, nextAttemptAt, downSince } = webhook;
  const done = audited.flatMap(({ id, at, who, action, before, after }): Happening[] => {
    const known = ACTIONS[action];
    if (known === undefined) return [];
    const what = known.what === 'set' && before === undefined ? 'made' : known.what;
    return [{ ...known, key: String(id), at, what, who, detail: textIn(after, 'reason') ?? urlIn(after) }];
  });
  // By the trail it is known already, with who did it.
  const made: Happening[] = done.some(({ what }) => what === 'made') ? [] : [{ key: 'made', at: createdAt, what: 'made', tone: 'info' }];
  const down: Happening[] = downSince === undefined ? [] : [{ key: 'down', at: downSince, what: 'down', tone: 'bad' }];
  const past = [...made, ...done, ...down].toSorted((one, other) => Date.parse(one.at ?? '') - Date.parse(other.at ?? ''));
  return [...past, ...now()];

  function now(): Happening[] {
    if (state === 'paused') return [{ key: 'now', what: 'stopped', tone: 'warning', detail: reason }];
    if (state !== 'failing') return [];
    const next: Happening[] = nextAttemptAt === undefined ? [] : [{ key: 'next', at: nextAttemptAt, what: 'next', tone: 'neutral' }];
    return [{ key: 'now', what: 'fails', tone: 'bad', detail: lastError, tries: failures === 0 ? undefined : failures }, ...next];
  }
}

function textIn(after: unknown, name: string): string | undefined {
  const value = typeof after === 'object' && after !== null ? (after as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function urlIn(after: unknown): string | undefined {
  const url = textIn(after, 'url');
  return url === undefined ? undefined : shownUrl(url);
}
