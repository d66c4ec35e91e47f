import { Controller, Inject, Req, Res, UseGuards } from '@nestjs/common';
import type { AdministratorPrincipal, Authenticator, Clock, HappeningFilter, Seen, Tenants } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { requireAccess } from '../access/access.js';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, nameOf, tenantsOf } from '../access/caller.js';
import { cookieNameFor, readCredential } from '../access/credentials.js';
import { QueryOf } from '../http/input.js';
import { timeOf } from '../http/page.js';
import type { HttpRequest } from '../http/request.js';
import { Serves } from '../openapi/serves.js';
import { type ManagedObservatory, PORT } from '../ports.js';
import { openTail, type TailQuery, tailQuery } from './tail-calls.js';

/** Proxies cut what is silent for a minute. */
const COMMENT_MS = 15_000;
/** Whether whoever watches still may is asked so often: what is taken from an administrator ends within half a minute. */
const ASK_AGAIN_MS = 10_000;
/** So many may watch on one node, and so many of them one administrator. */
const TAILS = 50;
const TAILS_EACH = 10;
/** What a browser does not read is not kept for it. */
const UNREAD_BYTES_MAX = 256 * 1024;

/** The stream of an answer, as far as it is written to. */
interface Stream {
  readonly writableLength: number;
  readonly destroyed: boolean;
  destroy(): unknown;
  writeHead(status: number, headers: Record<string, string>): unknown;
  write(text: string): unknown;
  end(): unknown;
  on(event: 'close', listener: () => void): unknown;
}

interface StreamingReply {
  hijack(): unknown;
  readonly raw: Stream;
  getHeaders(): Record<string, unknown>;
}

@Controller()
@UseGuards(CallerGuard)
export class TailController {
  /** Of whom, one by one. */
  private readonly open: string[] = [];

  constructor(
    @Inject(PORT.observatory) private readonly observatory: ManagedObservatory,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
    @Inject(PORT.authenticator) private readonly authenticator: Pick<Authenticator, 'administrator'>,
    @Inject(PORT.publicUrl) private readonly publicUrl: string,
    @Inject(PORT.clock) private readonly clock: Clock,
  ) {}

  @Serves(openTail)
  tail(@CalledBy() caller: Caller, @QueryOf(tailQuery) query: TailQuery, @Req() request: HttpRequest, @Res() reply: StreamingReply): void {
    const { raw } = reply;
    const leave = this.enter(nameOf(caller));
    const { tenant, from, to, type, kinds, sample } = query;
    const filter: HappeningFilter = { tenantIds: this.idsOf(caller, tenant), from, to, type, kinds, sample };
    reply.hijack();
    // Gone while it was found out who it is: of that nobody is told any more.
    if (raw.destroyed) {
      leave();
      return;
    }
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      connection: 'close',
    });
    raw.write(': watching\n\n');
    let unread = 0;
    const stop = this.observatory.watch(filter, (node, seen) => {
      if (raw.writableLength > UNREAD_BYTES_MAX) {
        unread += seen.happenings.length + seen.skipped;
        return;
      }
      raw.write(this.textOf(node, { ...seen, skipped: seen.skipped + unread }));
      unread = 0;
    });
    const comments = this.clock.every(COMMENT_MS, () => raw.write(':\n\n'));
    const asking = this.clock.every(ASK_AGAIN_MS, async () => {
      if (await this.mayStill(caller, request)) return;
      quiet();
      // Whoever has not read what was told before would keep the connection open.
      if (raw.writableLength === 0) raw.end();
      else raw.destroy();
    });
    let watching = true;
    const quiet = () => {
      if (!watching) return;
      watching = false;
      comments.cancel();
      asking.cancel();
      stop();
    };
    raw.on('close', () => {
      quiet();
      leave();
    });
  }

  /** @returns makes room again */
  private enter(who: string): () => void {
    if (this.open.length >= TAILS) throw new Problem('too-many-connections', `${TAILS} watch already; close one of them`, { retryAfter: 10 });
    if (this.open.filter((one) => one === who).length >= TAILS_EACH) {
      throw new Problem('too-many-connections', `you watch ${TAILS_EACH} times already; close one of them`, { retryAfter: 10 });
    }
    this.open.push(who);
    return () => void this.open.splice(this.open.indexOf(who), 1);
  }

  /** Whether the session or key counts still, for the same tenants. Where that cannot be asked now, it is asked again. */
  private async mayStill(caller: Caller, request: HttpRequest): Promise<boolean> {
    const credential = readCredential(request, cookieNameFor(this.publicUrl));
    if (credential === undefined) return false;
    let administrator: AdministratorPrincipal;
    try {
      administrator = await this.authenticator.administrator(credential.kind === 'cookie' ? { cookie: credential.cookie } : { key: credential.secret });
      requireAccess({ kind: 'administrator', administrator, address: caller.address }, openTail.access);
    } catch (error) {
      return !(error instanceof Problem) || error.slug === 'unavailable' || error.slug === 'storage-full';
    }
    // Of others it watches anew, by another call.
    return administrator.tenants?.join() === tenantsOf(caller)?.join();
  }

  private idsOf(caller: Caller, tenant: string | undefined): number[] | undefined {
    const own = tenantsOf(caller);
    if (tenant === undefined && own === undefined) return undefined;
    const names = tenant === undefined ? (own ?? []) : own?.includes(tenant) === false ? [] : [tenant];
    return names.flatMap((name) => this.tenants.get(name)?.id ?? []);
  }

  private textOf(node: string, { happenings, skipped }: Seen): string {
    let text = '';
    for (const { at, kind, tenantId, ...rest } of happenings) {
      text += `event: seen\ndata: ${JSON.stringify({ at: timeOf(at), node, kind, tenant: this.tenants.byId(tenantId)?.name, ...rest })}\n\n`;
    }
    return skipped === 0 ? text : `${text}event: skipped\ndata: {"count":${skipped}}\n\n`;
  }
}
