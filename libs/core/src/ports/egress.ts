/** One request to a URL that a tenant has named. */
export interface EgressRequest {
  /** On whose behalf: no tenant's slow endpoints keep the others waiting. */
  readonly tenantId: number;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether it may be sent a second time where a connection that was kept open turns out to be closed. */
  readonly repeatable: boolean;
  /** Gives the request up. */
  readonly signal?: AbortSignal;
}

export interface EgressAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A request that brought no answer. The message may be shown to the tenant: it says nothing of this house. */
export class EgressFailure extends Error {
  override readonly name = 'EgressFailure';

  constructor(
    /** `unreachable`: nothing was received there; after the others the request may have been carried out. */
    readonly kind: 'unreachable' | 'timeout' | 'interrupted' | 'too-large' | 'aborted',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Fetches URLs that tenants have named (section 5 of the protocol): https to public addresses, resolved once and
 * dialled by that address, no redirects, 10 s in all, 256 KiB of answer. What is private is reached only where the
 * administrator allows it, and there by plain http too.
 */
export interface Egress {
  /**
   * Whether a URL may be fetched, as far as is known now; a name that does not resolve is taken.
   *
   * @param field what the refusal names
   * @throws Problem `url-refused`, in the same words whatever the name resolves to
   */
  check(url: string, field: string): Promise<void>;

  /**
   * Waits for its turn among the tenant's requests, then 10 s at most. A redirect is an answer like any other.
   *
   * @throws Problem `url-refused` where the address is not allowed at this moment; EgressFailure
   */
  fetch(request: EgressRequest): Promise<EgressAnswer>;
}
