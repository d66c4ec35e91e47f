const HIDDEN = '•••';

/** A URL to be looked at: whatever may be a secret in it (name and password, values of the query) is hidden. */
export function shownUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return url.split(/[?#]/)[0] ?? '';
  }
  const { protocol, host, pathname, username, password, searchParams } = parsed;
  const who = username === '' && password === '' ? '' : `${HIDDEN}@`;
  const names = [...new Set(searchParams.keys())];
  const query = names.length === 0 ? '' : `?${names.map((name) => `${name}=${HIDDEN}`).join('&')}`;
  return `${protocol}//${who}${host}${decoded(pathname)}${query}`;
}

/** Cyrillic as it was written. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
