import { Inject, Injectable } from '@nestjs/common';
import type { AuditTrail, Clock, NodeBus, Tenants } from '@vestnik/core';
import { type Caller, nameOf } from './access/caller.js';
import { PORT } from './ports.js';

/** What is written down of a change. Never a secret. */
export interface Change {
  /** `tenant.create`, `key.delete` … */
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Who changed what, and that something changed. */
@Injectable()
export class Changes {
  constructor(
    @Inject(PORT.audit) private readonly audit: AuditTrail,
    @Inject(PORT.clock) private readonly clock: Clock,
    @Inject(PORT.bus) private readonly bus: NodeBus,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
  ) {}

  async record(caller: Caller, change: Change): Promise<void> {
    await this.recordAs(nameOf(caller), caller.address, change);
  }

  async recordAs(who: string, address: string, change: Change): Promise<void> {
    await this.audit.record({ at: this.clock.now(), who, address, ...change });
  }

  /** Tenants, keys or revocations have changed: this node looks at once, the others are told. */
  async ofDirectory(caller: Caller, change: Change): Promise<void> {
    await this.refresh();
    await this.record(caller, change);
  }

  async refresh(): Promise<void> {
    this.bus.publish({ kind: 'directory-changed' });
    await this.tenants.refresh();
  }
}
