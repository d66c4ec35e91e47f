import type { Stats } from './stats.js';

/** Whether nobody seems to have used the installation yet: nothing is connected, nothing waits, nothing happened in the last hour. */
export function isUnused({ now, hour, waiting, tenants, links }: Stats): boolean {
  if (tenants === 0) return true;
  // Administrators of single tenants are told of nothing by which this could be judged.
  if (now === undefined || hour === undefined) return false;
  const quiet = now.sessions === 0 && hour.accepted === 0 && hour.delivered === 0 && hour.refused === 0 && hour.expired === 0;
  return quiet && waiting.messages === 0 && (links ?? []).length === 0;
}
