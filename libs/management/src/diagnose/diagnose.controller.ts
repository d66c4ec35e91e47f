import { Controller, Inject, UseGuards } from '@nestjs/common';
import type { Diagnosing, Diagnosis } from '@vestnik/core';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, tenantsOf } from '../access/caller.js';
import { QueryOf } from '../http/input.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import * as calls from './diagnose-calls.js';

@Controller()
@UseGuards(CallerGuard)
export class DiagnoseController {
  constructor(@Inject(PORT.diagnosing) private readonly diagnosing: Pick<Diagnosing, 'diagnose'>) {}

  /** Asking changes nothing, and is not in the audit trail. */
  @Serves(calls.diagnose)
  diagnose(@CalledBy() caller: Caller, @QueryOf(calls.diagnoseQuery) query: calls.DiagnoseQuery): Promise<Diagnosis> {
    return this.diagnosing.diagnose({ ...query, told: tenantsOf(caller) });
  }
}
