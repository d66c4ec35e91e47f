import { Controller, Inject, Req, Res, UseGuards } from '@nestjs/common';
import type { Clock, OidcRefusal, OidcSignIn } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { oidcCookieNameFor, readCookie, setCookie, setOidcCookie } from '../access/credentials.js';
import { type HttpReply, type HttpRequest, headerOf } from '../http/request.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { beginOidc, oidcCallback, signInWays } from './oidc-calls.js';
import { pageThatLeadsOn } from './page-that-leads-on.js';
import { signInFrom } from './session.controller.js';

const STATUS: Readonly<Record<OidcRefusal, number>> = { refused: 401, 'no-role': 403, 'name-taken': 409, expired: 400, unavailable: 503 };

/**
 * Signing in by an OpenID provider, in the browser: there, and back.
 *
 * What leads where is fixed here, and by the provider's own settings: nothing of a request decides where a browser goes.
 */
@Controller()
@UseGuards(CallerGuard)
export class OidcController {
  constructor(
    @Inject(PORT.oidc) private readonly oidc: { readonly signIn?: OidcSignIn },
    @Inject(PORT.clock) private readonly clock: Clock,
    @Inject(PORT.publicUrl) private readonly publicUrl: string,
  ) {}

  @Serves(signInWays)
  ways() {
    const { signIn } = this.oidc;
    // Whole: the cookie of a try must be one of the host that the provider sends the browser back to.
    return { password: true, ...(signIn === undefined ? {} : { oidc: { title: signIn.title, url: `${this.publicUrl}/v1/session/oidc` } }) };
  }

  @Serves(beginOidc)
  async begin(@Res({ passthrough: true }) reply: HttpReply): Promise<void> {
    const { url, kept, maxAgeSeconds } = await this.provider().begin(this.callback());
    reply.header('set-cookie', setOidcCookie(this.publicUrl, kept, maxAgeSeconds)).header('location', url);
  }

  @Serves(oidcCallback)
  async comeBack(@Req() request: HttpRequest, @Res({ passthrough: true }) reply: HttpReply): Promise<string> {
    const provider = this.provider();
    const returned = new URL(this.callback());
    const query = request.url.indexOf('?');
    returned.search = query < 0 ? '' : request.url.slice(query);
    const kept = readCookie(headerOf(request, 'cookie'), oidcCookieNameFor(this.publicUrl));
    const outcome = await provider.finish(returned, kept, signInFrom(request));

    // A try counts once, however it ends.
    const over = setOidcCookie(this.publicUrl, '', 0);
    const console = `${new URL(this.publicUrl).pathname.replace(/\/$/, '')}/console/`;
    const page = pageThatLeadsOn(outcome.kind === 'signed-in' ? console : `${console}sign-in?oidc=${outcome.because}`);
    for (const [name, value] of Object.entries(page.headers)) reply.header(name, value);
    if (outcome.kind === 'refused') {
      reply.code(STATUS[outcome.because]).header('set-cookie', over);
      return page.body;
    }
    const maxAgeSeconds = Math.max(0, Math.floor((outcome.expiresAt - this.clock.now()) / 1000));
    reply.header('set-cookie', [over, setCookie(this.publicUrl, outcome.cookie, maxAgeSeconds)]);
    return page.body;
  }

  private callback(): string {
    return `${this.publicUrl}/v1/session/oidc/callback`;
  }

  private provider(): OidcSignIn {
    if (this.oidc.signIn === undefined) throw new Problem('not-found', 'this installation has no OpenID provider');
    return this.oidc.signIn;
  }
}
