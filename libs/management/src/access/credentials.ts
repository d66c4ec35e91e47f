import { readCredential as readPresented } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { type HttpRequest, headerOf } from '../http/request.js';

/** How a caller shows who it is. */
export type Credential = { readonly kind: 'secret'; readonly secret: string } | { readonly kind: 'cookie'; readonly cookie: string };

export const NOT_WELL_FORMED = 'no valid token or key was presented';

/**
 * Reads `Authorization` (Bearer, or Basic whose password alone decides), else the administrators' cookie.
 *
 * @throws Problem `unauthenticated` for an Authorization that is neither
 */
export function readCredential(request: Pick<HttpRequest, 'headers'>, cookieName: string): Credential | undefined {
  const authorization = headerOf(request, 'authorization');
  if (authorization !== undefined) return { kind: 'secret', secret: readSecret(authorization) };
  const cookie = readCookie(headerOf(request, 'cookie'), cookieName);
  return cookie === undefined ? undefined : { kind: 'cookie', cookie };
}

function readSecret(authorization: string): string {
  const presented = readPresented(authorization);
  if (presented.kind !== 'credential') throw new Problem('unauthenticated', NOT_WELL_FORMED);
  return presented.credential;
}

/** `__Host-` binds the cookie to this very host, and browsers take it under https only. */
export function cookieNameFor(publicUrl: string): string {
  return isSecure(publicUrl) ? '__Host-vestnik' : 'vestnik';
}

/** The `Set-Cookie` that signs in, or out where there is no value. */
export function setCookie(publicUrl: string, value: string, maxAgeSeconds: number): string {
  const secure = isSecure(publicUrl) ? '; Secure' : '';
  return `${cookieNameFor(publicUrl)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`;
}

/** Of a try to sign in by the OpenID provider: it comes back from another site, so `Lax`, and holds for minutes. */
export function oidcCookieNameFor(publicUrl: string): string {
  return `${cookieNameFor(publicUrl)}-oidc`;
}

export function setOidcCookie(publicUrl: string, value: string, maxAgeSeconds: number): string {
  const secure = isSecure(publicUrl) ? '; Secure' : '';
  return `${oidcCookieNameFor(publicUrl)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) {
      const value = pair.slice(equals + 1).trim();
      return value === '' ? undefined : value;
    }
  }
  return undefined;
}
