import { Controller, Inject, Req, Res, UseGuards } from '@nestjs/common';
import type { AdministratorPrincipal, AdministratorSignIn, Clock, SignInFrom } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller } from '../access/caller.js';
import { cookieNameFor, readCredential, setCookie } from '../access/credentials.js';
import { refuseForeignPage, requireOriginProof } from '../access/origin-proof.js';
import { Changes } from '../changes.js';
import { JsonBody } from '../http/input.js';
import { timeOf } from '../http/page.js';
import { type HttpReply, type HttpRequest, headerOf } from '../http/request.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { type Credentials, credentials, signIn, signOut, whoAmI } from './administrator-calls.js';

@Controller()
@UseGuards(CallerGuard)
export class SessionController {
  constructor(
    @Inject(PORT.signIn) private readonly doors: AdministratorSignIn,
    @Inject(PORT.clock) private readonly clock: Clock,
    @Inject(PORT.publicUrl) private readonly publicUrl: string,
    @Inject(PORT.installation) private readonly installation: string,
    @Inject(PORT.version) private readonly version: string,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(signIn)
  async enter(@Req() request: HttpRequest, @Res({ passthrough: true }) reply: HttpReply, @JsonBody(credentials) { name, password }: Credentials) {
    refuseForeignPage(request, this.publicUrl);
    const { cookie, expiresAt, administrator } = await this.doors.signIn(name, password, signInFrom(request));
    await this.changes.recordAs(`administrator:${administrator.name}`, request.ip, { action: 'session.open', subject: administrator.name });
    reply.header('set-cookie', setCookie(this.publicUrl, cookie, Math.max(0, Math.floor((expiresAt - this.clock.now()) / 1000))));
    return this.answerOf({ ...administrator, expiresAt });
  }

  @Serves(whoAmI)
  who(@CalledBy() caller: Caller) {
    if (caller.kind !== 'administrator') throw new Problem('forbidden', 'this is for administrators of the installation');
    const { administrator } = caller;
    return { ...this.answerOf(administrator), ...(administrator.byCookie ? {} : { byKey: true }) };
  }

  /** Whatever the cookie is worth, it is taken away. */
  @Serves(signOut)
  async leave(@Req() request: HttpRequest, @Res({ passthrough: true }) reply: HttpReply): Promise<void> {
    const credential = readCredential(request, cookieNameFor(this.publicUrl));
    if (credential?.kind === 'cookie') {
      requireOriginProof(request, this.publicUrl);
      await this.doors.signOut(credential.cookie);
    }
    reply.header('set-cookie', setCookie(this.publicUrl, '', 0));
  }

  private answerOf({ name, role, tenants, expiresAt, oidc }: Pick<AdministratorPrincipal, 'name' | 'role' | 'tenants' | 'expiresAt' | 'oidc'>) {
    return {
      name,
      role,
      ...(tenants === undefined ? {} : { tenants: [...tenants] }),
      ...(expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) }),
      ...(oidc === undefined ? {} : { oidc }),
      installation: this.installation,
      version: this.version,
    };
  }
}

/** From where a request comes that signs in. */
export function signInFrom(request: HttpRequest): SignInFrom {
  const userAgent = headerOf(request, 'user-agent');
  return { address: request.ip, ...(userAgent === undefined ? {} : { userAgent }) };
}
