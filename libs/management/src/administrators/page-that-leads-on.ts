/**
 * A page that does nothing but lead on to another one of ours.
 *
 * The cookie of a session is `SameSite=Strict`: a browser that comes from another site does not send it, not even on a
 * redirect. From this page it comes from here.
 *
 * @param path on this host; made by us
 */
export function pageThatLeadsOn(path: string): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  if (!/^\/[\w/?=.-]*$/.test(path) || path.startsWith('//')) throw new Error(`not a path of ours: ${path}`);
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Vestnik</title><meta http-equiv="refresh" content="0; url=${path}"></head><body><a href="${path}">Vestnik</a></body></html>`,
  };
}
