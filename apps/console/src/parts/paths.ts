/** Where the console is served; without a slash at its end. */
export const BASE = '/console';

/** The address of a page of the console. Anything that is not a path below the console leads to its first page. */
export function hrefOf(to: string): string {
  return to.startsWith('/') && !to.startsWith('//') ? `${BASE}${to}` : `${BASE}/`;
}

/**
 * A path with its names percent-encoded: pathTo`/tenants/${tenant}/clients/${client}`.
 *
 * Names hold slashes and Cyrillic: never put them into a path by hand.
 */
export function pathTo(texts: TemplateStringsArray, ...names: readonly string[]): string {
  return texts.reduce((path, text, index) => path + text + (index < names.length ? encodeURIComponent(names[index] ?? '') : ''), '');
}

/** A path with a query; undefined and empty values are left out: `withQuery('/messages', { tenant, state: 'refused' })`. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') params.set(name, String(value));
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}
