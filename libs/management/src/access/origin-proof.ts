import { Problem } from '@vestnik/protocol';
import { type HttpRequest, headerOf, isJsonType } from '../http/request.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * A browser sends the cookie by itself: a change needs proof that a page of ours asked for it.
 *
 * @throws Problem `origin-refused`, or `request-invalid` where the body is not said to be JSON: a form can be sent from anywhere
 */
export function requireOriginProof(request: Pick<HttpRequest, 'method' | 'headers'>, publicUrl: string): void {
  if (SAFE.has(request.method)) return;
  if (!provesOrigin(request, publicUrl)) {
    throw new Problem('origin-refused', 'with a cookie a change needs Sec-Fetch-Site: same-origin, or an Origin equal to the public URL');
  }
  if (WITH_BODY.has(request.method) && !isJsonType(headerOf(request, 'content-type'))) {
    throw new Problem('request-invalid', 'with a cookie a change needs the header content-type: application/json');
  }
}

/** Refuses to sign in for a page of somebody else; what is no browser sends neither header. */
export function refuseForeignPage(request: Pick<HttpRequest, 'headers'>, publicUrl: string): void {
  if (headerOf(request, 'sec-fetch-site') === undefined && headerOf(request, 'origin') === undefined) return;
  if (!provesOrigin(request, publicUrl)) throw new Problem('origin-refused', 'sign in from a page of this installation');
}

function provesOrigin(request: Pick<HttpRequest, 'headers'>, publicUrl: string): boolean {
  return headerOf(request, 'sec-fetch-site') === 'same-origin' || headerOf(request, 'origin') === new URL(publicUrl).origin;
}
