import { Problem } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import type { Clock } from '../ports/clock.js';
import type { RateLimits as Settings } from '../ports/tenant.js';
import { networkOf } from './network-of.js';
import { TokenBucket } from './token-bucket.js';

/** Whose limit it is. */
export type Limited = 'tenant' | 'key' | 'client' | 'address';

/** Buckets that are remembered; the one that was not used for longest is forgotten first, and is full when it comes back. */
const BUCKETS_MAX = 100_000;

export interface RateLimiterParts {
  readonly tenants: Tenants;
  readonly clock: Clock;
  /** How many nodes there are: each lets through its share. */
  readonly nodes: () => number;
}

/** How a limit stands. */
export interface LimitState {
  readonly limited: Limited;
  /** So many in `window` seconds. */
  readonly quota: number;
  readonly window: number;
  readonly remaining: number;
  /** Seconds until all of it may be used again. */
  readonly reset: number;
}

/**
 * How many requests and frames a second a tenant allows itself, each of its keys, clients and addresses.
 *
 * Each node counts for itself and lets through its share of the limit. Where a tenant has set nothing it costs a look at its settings.
 */
export class RateLimiter {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(private readonly parts: RateLimiterParts) {}

  /**
   * Counts what a principal asks for, or refuses it whole.
   *
   * @param cost 1 for a request or frame; a batch costs its messages
   * @throws Problem `rate-limited` with `retryAfter`; nothing was counted
   */
  take(principal: Principal, address: string | undefined, cost = 1): void {
    const settings = this.settingsOf(principal);
    if (settings === undefined || cost <= 0) return;
    const buckets = this.bucketsOf(settings, principal, address);
    let longest = 0;
    let by: Limited | undefined;
    for (const { limited, bucket } of buckets) {
      const wait = bucket.wait(cost);
      if (wait > longest) {
        longest = wait;
        by = limited;
      }
    }
    if (by !== undefined) {
      throw new Problem('rate-limited', `more than the tenant allows ${by === 'tenant' ? 'itself' : `one ${by}`}; try again later`, {
        limit: by,
        retryAfter: Math.max(0.001, Math.ceil(longest * 1000) / 1000),
      });
    }
    for (const { bucket } of buckets) bucket.take(cost);
  }

  /** How the limits of a principal stand, to be told with an answer; none where it has none. */
  statesOf(principal: Principal, address: string | undefined): readonly LimitState[] {
    const settings = this.settingsOf(principal);
    if (settings === undefined) return NOTHING;
    return this.bucketsOf(settings, principal, address).map(({ limited, bucket, rate }) => ({
      limited,
      quota: bucket.burst,
      window: Math.max(1, Math.ceil(bucket.burst / rate)),
      remaining: bucket.remaining,
      reset: Math.ceil(bucket.secondsToFull),
    }));
  }

  private settingsOf(principal: Principal): Settings | undefined {
    const { rateLimits } = (this.parts.tenants.byId(principal.tenant.id) ?? principal.tenant).settings;
    const { perTenant, perKey, perClient, perAddress } = rateLimits;
    return (perTenant ?? perKey ?? perClient ?? perAddress) === undefined ? undefined : rateLimits;
  }

  private bucketsOf(settings: Settings, principal: Principal, address: string | undefined): { limited: Limited; bucket: TokenBucket; rate: number }[] {
    const { perTenant, perKey, perClient, perAddress } = settings;
    const tenant = principal.tenant.id;
    const found: { limited: Limited; bucket: TokenBucket; rate: number }[] = [];
    const add = (limited: Limited, limit: number | undefined, whose: string | undefined) => {
      if (limit === undefined || whose === undefined) return;
      const rate = limit / this.parts.nodes();
      found.push({ limited, rate, bucket: this.bucket(`${tenant} ${limited} ${whose}`, rate) });
    };
    add('tenant', perTenant, '');
    // What a token does counts for its client, not for the key that minted it.
    add('key', perKey, principal.kind === 'key' ? (principal.keyId ?? '') : undefined);
    add('client', perClient, principal.client);
    add('address', perAddress, address === undefined ? undefined : networkOf(address));
    return found;
  }

  private bucket(name: string, rate: number): TokenBucket {
    const now = this.parts.clock.monotonic();
    let bucket = this.buckets.get(name);
    if (bucket === undefined) {
      bucket = new TokenBucket(rate, now);
      if (this.buckets.size >= BUCKETS_MAX) this.buckets.delete(this.buckets.keys().next().value as string);
    } else {
      bucket.refill(rate, now);
      this.buckets.delete(name);
    }
    this.buckets.set(name, bucket);
    return bucket;
  }
}

const NOTHING: readonly LimitState[] = [];
