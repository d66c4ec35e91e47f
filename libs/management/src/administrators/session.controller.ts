import { Controller, Inject, Req, Res, UseGuards } from '@nestjs/common';
import type { AdministratorSignIn, Clock } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller } from '../access/caller.js';
import { cookieNameFor, readCredential, setCookie } from '../access/credentials.js';
import { refuseForeignPage, requireOriginProof } from '../access/origin-proof.js';
import { Changes } from '../changes.js';
import { JsonBody } from '../http/input.js';
import { timeOf } from '../http/page.js';
import type { HttpReply, HttpRequest } from '../http/request.js';
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
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(signIn)
  async enter(@Req() request: HttpRequest, @Res({ passthrough: true }) reply: HttpReply, @JsonBody(credentials) { name, password }: Credentials) {
    refuseForeignPage(request, this.publicUrl);
    const { cookie, expiresAt, administrator } = await this.doors.signIn(name, password, request.ip);
    await this.changes.recordAs(`administrator:${administrator.name}`, request.ip, { action: 'session.open', subject: administrator.name });
    reply.header('set-cookie', setCookie(this.publicUrl, cookie, Math.max(0, Math.floor((expiresAt - this.clock.now()) / 1000))));
    return { name: administrator.name, role: administrator.role, expiresAt: timeOf(expiresAt) };
  }

  @Serves(whoAmI)
  who(@CalledBy() caller: Caller) {
    if (caller.kind !== 'administrator') throw new Problem('forbidden', 'this is for administrators of the installation');
    return { name: caller.administrator.name, role: caller.administrator.role };
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
}
