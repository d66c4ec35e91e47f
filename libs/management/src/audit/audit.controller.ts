import { Controller, Inject, UseGuards } from '@nestjs/common';
import type { AuditTrail } from '@vestnik/core';
import { CallerGuard } from '../access/caller.guard.js';
import { QueryOf } from '../http/input.js';
import { mapPage, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { type AuditQuery, auditQuery, listAudit } from './audit-calls.js';

@Controller()
@UseGuards(CallerGuard)
export class AuditController {
  constructor(@Inject(PORT.audit) private readonly trail: AuditTrail) {}

  @Serves(listAudit)
  async list(@QueryOf(auditQuery) { limit, cursor, since, until, ...given }: AuditQuery) {
    const filter = {
      ...given,
      ...(since === undefined ? {} : { since: Date.parse(since) }),
      ...(until === undefined ? {} : { until: Date.parse(until) }),
    };
    const page = await this.trail.list({ limit, ...(cursor === undefined ? {} : { cursor }) }, filter);
    return {
      ...mapPage(page, ({ id, at, who, address, action, subject, before, after }) => ({ id, at: timeOf(at), who, address, action, subject, before, after })),
      ...(page.searchedTo === undefined ? {} : { searchedTo: timeOf(page.searchedTo) }),
    };
  }
}
