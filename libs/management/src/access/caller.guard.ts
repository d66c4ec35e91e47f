import { createHash } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Authenticator, KeyDirectory, Tenants } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import type { HttpRequest } from '../http/request.js';
import { operationOf } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { requireAccess } from './access.js';
import { type Caller, noteCall, tenantsOf } from './caller.js';
import { cookieNameFor, readCredential } from './credentials.js';
import { requireOriginProof } from './origin-proof.js';

/** The form of a JWT. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Finds out who calls, and whether it may. Whatever is wrong with a credential is answered alike, unknown tenants included. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    @Inject(PORT.authenticator) private readonly authenticator: Authenticator,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
    @Inject(PORT.keys) private readonly keys: KeyDirectory,
    @Inject(PORT.publicUrl) private readonly publicUrl: string,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { access } = operationOf(context.getHandler());
    if (access.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const tenantName = (request.params as { tenant?: string }).tenant;
    const caller = await this.find(request, tenantName);
    requireAccess(caller, access);
    noteCall(request, { caller, tenant: tenantName === undefined ? undefined : await this.tenantFor(caller, tenantName) });
    return true;
  }

  private async find(request: HttpRequest, tenantName: string | undefined): Promise<Caller> {
    const credential = readCredential(request, cookieNameFor(this.publicUrl));
    const address = request.ip;
    if (credential === undefined) throw new Problem('unauthenticated', 'present a key in Authorization, or sign in');
    if (credential.kind === 'cookie') {
      const administrator = await this.authenticator.administrator({ cookie: credential.cookie });
      requireOriginProof(request, this.publicUrl);
      return { kind: 'administrator', administrator, address };
    }
    const { secret } = credential;
    if (tenantName === undefined) return { kind: 'administrator', administrator: await this.authenticator.administrator({ key: secret }), address };

    const known = this.authenticator.known(tenantName, secret);
    if (known !== undefined) return { kind: 'program', principal: known, address };
    if (TOKEN.test(secret) || (await this.isTenantKey(secret))) {
      return { kind: 'program', principal: await this.authenticator.authenticate(tenantName, secret), address };
    }
    return { kind: 'administrator', administrator: await this.authenticator.administrator({ key: secret }), address };
  }

  /** Looked up first, because each refusal is noted: asking the wrong door would look like an attack. */
  private async isTenantKey(secret: string): Promise<boolean> {
    const key = await this.keys.findByHash(createHash('sha256').update(secret).digest());
    return key !== undefined && key.tenantId !== null;
  }

  private async tenantFor(caller: Caller, name: string) {
    if (caller.kind === 'program') return this.tenants.byId(caller.principal.tenant.id) ?? caller.principal.tenant;
    // Of the others nothing is said, not even whether they are there.
    if (tenantsOf(caller)?.includes(name) === false) throw new Problem('tenant-unknown', 'there is no tenant of this name');
    if (this.tenants.get(name) === undefined) await this.tenants.refresh(); // another node may have just made it
    const tenant = this.tenants.get(name);
    if (tenant === undefined) throw new Problem('tenant-unknown', 'there is no tenant of this name');
    return tenant;
  }
}
