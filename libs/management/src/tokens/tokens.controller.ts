import { Controller, Inject, UseGuards } from '@nestjs/common';
import { type Mailboxes, type Principal, requireScope, type Tenant, TOKEN_SCOPES_DEFAULT, type TokenMinter } from '@vestnik/core';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, OfTenant } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody } from '../http/input.js';
import { timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { mintToken, type NewToken, newToken } from './token-calls.js';

@Controller()
@UseGuards(CallerGuard)
export class TokensController {
  constructor(
    @Inject(PORT.minter) private readonly minter: TokenMinter,
    @Inject(PORT.mailboxes) private readonly mailboxes: Mailboxes,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  /** Minting is no change of settings, and there is a token for every page that a user opens: only those that reach everyone are in the audit trail, and those that administrators mint for somebody else's name. */
  @Serves(mintToken)
  async mint(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @JsonBody(newToken) { client, ttl, scope }: NewToken) {
    const { token, expiresAt } =
      caller.kind === 'program'
        ? await this.byKey(caller.principal, client, ttl, scope)
        : await this.minter.mintFor(caller.administrator, tenant, client, ttl, scope);
    await this.mailboxes.ensure(tenant.id, 'client', [client]); // a client is known from its first token
    if (caller.kind === 'administrator' || scope?.includes('broadcast')) {
      const given = scope ?? TOKEN_SCOPES_DEFAULT;
      await this.changes.record(caller, { action: 'token.mint', subject: `${client}@${tenant.name}`, after: { scope: given, expiresAt: timeOf(expiresAt) } });
    }
    return { token, expiresAt: timeOf(expiresAt) };
  }

  private byKey(principal: Principal, client: string, ttl: number, scope: NewToken['scope']) {
    if (scope?.includes('broadcast')) requireScope(principal, 'broadcast');
    return this.minter.mint(principal, client, ttl, scope);
  }
}
