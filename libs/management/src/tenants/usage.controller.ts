import { Controller, Inject, UseGuards } from '@nestjs/common';
import { type Sessions, type Tenant, type TenantUsage, WEBHOOK_TRANSPORT } from '@vestnik/core';
import { LIMITS } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { OfTenant } from '../access/caller.js';
import { timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { getTenantUsage, type UsageAnswer } from './usage-calls.js';

@Controller()
@UseGuards(CallerGuard)
export class UsageController {
  constructor(
    @Inject(PORT.usage) private readonly usage: TenantUsage,
    @Inject(PORT.sessions) private readonly sessions: Sessions,
  ) {}

  @Serves(getTenantUsage)
  async get(@OfTenant() { id, settings }: Tenant): Promise<UsageAnswer> {
    const { oldestWaitingAt, acceptedLastDay, ...stored } = await this.usage.of(id);
    const sessions = this.sessions.ofTenant(id).filter(({ transport }) => transport !== WEBHOOK_TRANSPORT);
    const { maxInbox, maxDataBytes, rateLimits } = settings;
    return {
      ...stored,
      online: new Set(sessions.map(({ clientId }) => clientId)).size,
      sessions: sessions.length,
      ...(oldestWaitingAt === undefined ? {} : { oldestWaitingAt: timeOf(oldestWaitingAt) }),
      lastDay: { accepted: acceptedLastDay },
      limits: { maxInbox, maxDataBytes, rateLimits: { ...rateLimits }, scheduled: LIMITS.scheduledPerTenant },
    };
  }
}
