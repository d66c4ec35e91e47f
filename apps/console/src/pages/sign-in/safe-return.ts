/** Where one comes back to after signing in: a page of this console, nothing else that somebody wrote into a link. */
export function safeReturn(to: string | undefined): string | undefined {
  if (to === undefined) return undefined;
  const path = to.startsWith('/console/') ? to : `/console${to}`;
  // A browser reads a backslash as a slash.
  if (!to.startsWith('/') || to.startsWith('//') || path.includes('\\')) return undefined;
  const { pathname, search, origin } = new URL(path, 'https://here.invalid');
  if (origin !== 'https://here.invalid' || !pathname.startsWith('/console/') || pathname.startsWith('/console/sign-in')) return undefined;
  return pathname + search;
}
