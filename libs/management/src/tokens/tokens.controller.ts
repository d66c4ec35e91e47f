import { Controller, Inject, UseGuards } from '@nestjs/common';
import { type Mailboxes, requireScope, type Tenant, type TokenMinter } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
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

  /** Minting is no change of settings, and there is a token for every page that a user opens: only those that reach everyone are in the audit trail. */
  @Serves(mintToken)
  async mint(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @JsonBody(newToken) { client, ttl, scope }: NewToken) {
    if (caller.kind !== 'program') throw new Problem('forbidden', 'tokens are minted by keys of the tenant');
    if (scope?.includes('broadcast')) requireScope(caller.principal, 'broadcast');
    const { token, expiresAt } = await this.minter.mint(caller.principal, client, ttl, scope);
    await this.mailboxes.ensure(tenant.id, 'client', [client]); // a client is known from its first token
    if (scope?.includes('broadcast')) {
      await this.changes.record(caller, { action: 'token.mint', subject: `${client}@${tenant.name}`, after: { scope, expiresAt: timeOf(expiresAt) } });
    }
    return { token, expiresAt: timeOf(expiresAt) };
  }
}
