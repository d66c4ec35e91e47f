import { Controller, Inject, UseGuards } from '@nestjs/common';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, tenantsOf } from '../access/caller.js';
import { QueryOf } from '../http/input.js';
import { timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { type ManagedObservatory, PORT } from '../ports.js';
import { type CallQuery, callQuery, listCalls } from './recent-call-calls.js';

@Controller()
@UseGuards(CallerGuard)
export class RecentCallsController {
  constructor(@Inject(PORT.observatory) private readonly observatory: ManagedObservatory) {}

  @Serves(listCalls)
  async list(@CalledBy() caller: Caller, @QueryOf(callQuery) query: CallQuery) {
    const { limit, state, failed, slowerThan, tenant, method } = query;
    const own = tenantsOf(caller);
    const tenants = tenant === undefined ? own : [tenant].filter((name) => own?.includes(name) !== false);
    const { calls, kept } = await this.observatory.calls({ limit, state, failed: failed === 'true', slowerThanMs: slowerThan, tenants, method });
    const items = calls.map(({ id, node, from, to, tenants: [first], method: called, answer, startedAt, state: now, durationMs, problem }) => ({
      id,
      node,
      from,
      to,
      tenant: first,
      method: called,
      answer,
      startedAt: timeOf(startedAt),
      state: now,
      durationMs: durationMs === undefined ? undefined : Math.round(durationMs * 10) / 10,
      problem,
    }));
    // How many calls others make is no business of an administrator of single tenants.
    return { items, kept: own === undefined ? kept : items.length };
  }
}
