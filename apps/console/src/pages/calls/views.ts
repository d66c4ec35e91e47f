/** What one looks at calls for. */
export const VIEWS = ['recent', 'open', 'slow', 'failing'] as const;
export type View = (typeof VIEWS)[number];

/** Slower than this is slow, unless one says otherwise; milliseconds. */
export const SLOW_MS = 1_000;
const SLOWEST_MS = 120_000;

export function viewOf(text: string | undefined): View {
  return VIEWS.find((view) => view === text) ?? 'recent';
}

/** What somebody has written as milliseconds; whatever is none is the default. */
export function slowerThanOf(text: string | undefined): number {
  const ms = Number(text ?? '');
  return text === undefined || text.trim() === '' || !Number.isFinite(ms) || ms < 0 ? SLOW_MS : Math.min(ms, SLOWEST_MS);
}

interface CallFilters {
  readonly view?: string;
  readonly slower?: string;
  readonly tenant?: string;
  readonly method?: string;
}

/** As the API is asked. */
export function callQueryOf({ view, slower, tenant, method }: CallFilters) {
  const chosen = viewOf(view);
  return {
    ...(chosen === 'open' ? { state: 'open' as const } : {}),
    ...(chosen === 'slow' ? { slowerThan: slowerThanOf(slower) } : {}),
    ...(chosen === 'failing' ? { failed: 'true' as const } : {}),
    ...(tenant === undefined ? {} : { tenant }),
    ...(method === undefined ? {} : { method }),
  };
}
