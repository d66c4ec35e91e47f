import type { Clock } from '@vestnik/core';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from 'openid-client';
import type { KeptTry } from './kept-try.js';

const TIMEOUT_SECONDS = 10;
/** What the provider says of itself is asked for again after this. */
const KNOWN_MS = 3_600_000;

export interface OidcProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
}

/**
 * An OpenID provider, asked over node's own fetch: where it is said to be, and nowhere else in plain but on this machine.
 *
 * Checked are state, nonce, PKCE, issuer, audience, times and the signature of the ID token, although it comes over TLS.
 */
export class OidcProvider {
  private known: { readonly configuration: Promise<Configuration>; readonly until: number } | undefined;

  constructor(
    private readonly settings: OidcProviderSettings,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  /** Where the browser is sent. */
  async authorizationUrl(callback: string, { state, nonce, verifier }: KeptTry): Promise<string> {
    return buildAuthorizationUrl(await this.configuration(), {
      redirect_uri: callback,
      scope: this.settings.scopes.join(' '),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).href;
  }

  /**
   * What the provider says of whoever came back, in the ID token and at its userinfo endpoint; the token counts where both say something.
   *
   * @throws whatever the library finds wrong
   */
  async claims(returned: URL, { state, nonce, verifier }: KeptTry): Promise<Readonly<Record<string, unknown>> & { iss: string; sub: string }> {
    const configuration = await this.configuration();
    const tokens = await authorizationCodeGrant(configuration, returned, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('the provider gave no ID token');
    const more = configuration.serverMetadata().userinfo_endpoint === undefined ? {} : await fetchUserInfo(configuration, tokens.access_token, claims.sub);
    return { ...more, ...claims };
  }

  private configuration(): Promise<Configuration> {
    const now = this.clock.monotonic();
    if (this.known !== undefined && now < this.known.until) return this.known.configuration;
    const { issuer, clientId, clientSecret } = this.settings;
    const url = new URL(issuer);
    const configuration = discovery(url, clientId, clientSecret, undefined, {
      timeout: TIMEOUT_SECONDS,
      [customFetch]: (to, options) => fetchSafely(to, options as RequestInit),
      execute: [enableNonRepudiationChecks, ...(url.protocol === 'http:' ? [allowInsecureRequests] : [])],
    });
    const known = { configuration, until: now + KNOWN_MS };
    this.known = known;
    configuration.catch(() => {
      if (this.known === known) this.known = undefined;
    });
    return configuration;
  }
}

/** In plain only to this machine, whatever the provider names as its endpoints. */
function fetchSafely(to: string, options: RequestInit): Promise<Response> {
  const url = new URL(to);
  if (url.protocol !== 'https:' && !isLoopback(url)) throw new TypeError('the provider names an endpoint that is not https');
  return fetch(url, options);
}

/** Whether a URL leads to this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
