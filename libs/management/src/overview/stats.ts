import type { BacklogSummary, FigureSeries } from '@vestnik/core';
import { FIGURES, STEP_SECONDS } from '@vestnik/core';
import { timeOf } from '../http/page.js';
import type { StatsAnswer } from './overview-calls.js';

/** The last hour as it is answered: a second, rounded so that a chart needs no more. */
export function seriesOf({ first, sessions, counted }: FigureSeries): NonNullable<StatsAnswer['series']> {
  const perSecond = Object.fromEntries(FIGURES.map((figure) => [figure, counted[figure].map((count) => rounded(count / STEP_SECONDS))]));
  return { from: timeOf(first * STEP_SECONDS * 1_000), step: STEP_SECONDS, sessions: [...sessions], ...perSecond } as NonNullable<StatsAnswer['series']>;
}

/**
 * The last 10 s: the step that has begun, and of the one before it as much as is missing.
 *
 * @param now milliseconds since 1970
 */
export function ratesOf({ first, sessions, counted }: FigureSeries, now: number) {
  const last = sessions.length - 1;
  const elapsed = Math.min(1, Math.max(0, now / 1_000 / STEP_SECONDS - (first + last)));
  const rate = (counts: readonly number[]) => rounded(((counts[last] ?? 0) + (counts[last - 1] ?? 0) * (1 - elapsed)) / STEP_SECONDS);
  return {
    sessions: sessions[last] ?? 0,
    ...(Object.fromEntries(FIGURES.map((figure) => [figure, rate(counted[figure])])) as Record<(typeof FIGURES)[number], number>),
  };
}

export function hourOf({ counted }: FigureSeries): NonNullable<StatsAnswer['hour']> {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const { accepted, delivered, acknowledged, refused, expired } = counted;
  return { accepted: sum(accepted), delivered: sum(delivered), acknowledged: sum(acknowledged), refused: sum(refused), expired: sum(expired) };
}

export function waitingOf({ messages, clients, oldest, asOf }: BacklogSummary, nameOf: (tenantId: number) => string | undefined): StatsAnswer['waiting'] {
  const tenant = oldest === undefined ? undefined : nameOf(oldest.tenantId);
  return {
    messages,
    clients,
    ...(oldest === undefined || tenant === undefined ? {} : { oldest: { at: timeOf(oldest.at), tenant, client: oldest.client } }),
    ...(asOf === undefined ? {} : { asOf: timeOf(asOf) }),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
