import { type Clock, type Egress, EgressFailure, type Log } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import type { JWK } from 'jose';
import { readJwks } from './public-keys.js';

interface Document {
  readonly keys: readonly JWK[];
  readonly fetchedAt: number;
}

interface Known {
  document?: Document;
  /** When it was last tried. */
  triedAt: number;
  underWay?: Promise<void>;
}

/** A document is fetched anew after this … */
const AGE_MS_MAX = 10 * 60_000;
/** … and until this nobody waits for it, where a key is among those that are there. */
const PATIENT_MS_MAX = 20 * 60_000;
/** Where it cannot be fetched, the last one counts so long. */
const STALE_MS_MAX = 24 * 3600_000;
/** Whatever tokens are shown, a URL is asked no more often. */
const TRY_MS_MIN = 60_000;
const URLS_MAX = 1_000;

/** The JWKS documents that tenants have elsewhere, fetched when a token asks for them. Held to the same rules as those that are uploaded. */
export class FetchedKeys {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly egress: Pick<Egress, 'fetch'>,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly log: Pick<Log, 'warn'>,
  ) {}

  /**
   * The good keys of a document.
   *
   * @param keyId that a token names: where the document has it not, it is fetched anew, once a minute at most
   * @returns undefined where there is none, or the last one is a day old
   */
  async find(tenantId: number, url: string, keyId: string | undefined): Promise<readonly JWK[] | undefined> {
    const known = this.entry(`${tenantId} ${url}`);
    const { document } = known;
    const ageMs = document === undefined ? Number.POSITIVE_INFINITY : this.clock.monotonic() - document.fetchedAt;
    const hasIt = document !== undefined && (keyId === undefined || document.keys.some(({ kid }) => kid === keyId));
    if (!hasIt || ageMs >= AGE_MS_MAX) {
      const refreshed = this.refresh(known, tenantId, url);
      if (!hasIt || ageMs >= PATIENT_MS_MAX) await refreshed;
      else refreshed.catch((error: unknown) => this.log.warn('the keys of a tenant could not be read', { tenantId, error }));
    }
    const now = known.document;
    return now !== undefined && this.clock.monotonic() - now.fetchedAt < STALE_MS_MAX ? now.keys : undefined;
  }

  private entry(name: string): Known {
    const entry = this.known.get(name) ?? { triedAt: Number.NEGATIVE_INFINITY };
    this.known.delete(name);
    this.known.set(name, entry);
    if (this.known.size > URLS_MAX) this.known.delete(this.known.keys().next().value as string);
    return entry;
  }

  private refresh(known: Known, tenantId: number, url: string): Promise<void> {
    if (known.underWay !== undefined) return known.underWay;
    const now = this.clock.monotonic();
    if (now - known.triedAt < TRY_MS_MIN) return Promise.resolve();
    known.triedAt = now;
    known.underWay = this.fetch(known, tenantId, url).finally(() => {
      known.underWay = undefined;
    });
    return known.underWay;
  }

  private async fetch(known: Known, tenantId: number, url: string): Promise<void> {
    try {
      const headers = { accept: 'application/jwk-set+json, application/json' };
      const { status, body } = await this.egress.fetch({ tenantId, method: 'GET', url, headers, repeatable: true });
      if (status !== 200) return this.warn(tenantId, `the server answered ${status}`);
      const read = await readJwks(JSON.parse(Buffer.from(body).toString('utf8')));
      if (read.kind === 'no-document') return this.warn(tenantId, read.fault.message);
      // Others are published beside those that are for us: they do not count, and do no harm.
      known.document = { keys: read.good, fetchedAt: this.clock.monotonic() };
    } catch (error) {
      if (error instanceof Problem || error instanceof EgressFailure) this.warn(tenantId, error.message);
      else if (error instanceof SyntaxError) this.warn(tenantId, 'this is not JSON');
      else throw error;
    }
  }

  private warn(tenantId: number, error: string): void {
    this.log.warn('the keys of a tenant could not be fetched; the last ones count for a day', { tenantId, error });
  }
}
