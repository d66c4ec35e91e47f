import { Controller, Inject, UseGuards } from '@nestjs/common';
import type { Page, PageRequest, ScheduledBrowsing, Tenants } from '@vestnik/core';
import type { z } from 'zod';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller } from '../access/caller.js';
import { QueryOf } from '../http/input.js';
import { mapPage, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { tenantsAskedFor } from '../tenants/of-tenant.js';
import { listScheduled, type scheduledAnswer, scheduledQuery } from './scheduled-calls.js';

/** Of the addresses of one message so many are listed: it may have a thousand. */
const LISTED_MAX = 5;

type ScheduledQuery = PageRequest & { readonly tenant?: string; readonly from?: string; readonly to?: string };

@Controller()
@UseGuards(CallerGuard)
export class ScheduledController {
  constructor(
    @Inject(PORT.scheduledBrowsing) private readonly browsing: ScheduledBrowsing,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
  ) {}

  @Serves(listScheduled)
  async list(
    @CalledBy() caller: Caller,
    @QueryOf(scheduledQuery) { tenant, from, to, ...page }: ScheduledQuery,
  ): Promise<Page<z.output<typeof scheduledAnswer>>> {
    const tenants = await tenantsAskedFor(caller, tenant, this.tenants);
    return mapPage(await this.browsing.list({ tenants, from, to }, page), (message) => ({
      ...message,
      to: message.to.slice(0, LISTED_MAX),
      recipients: message.to.length,
      deliverAt: timeOf(message.deliverAt),
      sentAt: timeOf(message.sentAt),
    }));
  }
}
