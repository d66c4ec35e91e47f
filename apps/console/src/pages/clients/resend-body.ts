import type { Schema } from '../../api/client.js';

/** What stands in the form. */
export interface ResendForm {
  readonly way: 'since' | 'position';
  /** As a field for date and time has them, in the time zone of the browser. */
  readonly since: string;
  readonly until: string;
  readonly position: string;
  readonly limit: number | string;
}

/** What is asked of the server. What cannot be is left to it to refuse. */
export function resendBodyOf({ way, since, until, position, limit }: ResendForm): Schema<'Resend'> {
  return {
    ...(way === 'since' ? { since: timeOf(since) ?? since } : { position: position.trim() }),
    ...(until === '' ? {} : { until: timeOf(until) ?? until }),
    limit: Number(limit),
  };
}

function timeOf(local: string): string | undefined {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
