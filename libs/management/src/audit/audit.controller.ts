import { Controller, Inject, UseGuards } from '@nestjs/common';
import type { AuditTrail, PageRequest } from '@vestnik/core';
import { CallerGuard } from '../access/caller.guard.js';
import { pageQuery, QueryOf } from '../http/input.js';
import { mapPage, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { listAudit } from './audit-calls.js';

@Controller()
@UseGuards(CallerGuard)
export class AuditController {
  constructor(@Inject(PORT.audit) private readonly trail: AuditTrail) {}

  @Serves(listAudit)
  async list(@QueryOf(pageQuery) page: PageRequest) {
    return mapPage(await this.trail.list(page), ({ id, at, who, address, action, subject, before, after }) => ({
      id,
      at: timeOf(at),
      who,
      address,
      action,
      subject,
      before,
      after,
    }));
  }
}
