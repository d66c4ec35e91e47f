import { asError } from '../events.js';
import { errorFromProblem, VestnikError } from '../vestnik-error.js';

/** What is asked of `fetch`: the part that all platforms have. */
export interface FetchInit {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly cache: 'no-store';
  readonly referrerPolicy: 'no-referrer';
  readonly signal: AbortSignal;
}

export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

export interface DoorSettings {
  /** The address of the bus, as the application gave it. */
  readonly url: string;
  readonly tenant: string;
  /** The token that counts now. */
  readonly token: () => string;
  readonly fetch: Fetch;
}

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** With a body it is a POST. */
  readonly body?: string;
  readonly withinMs: number;
}

/** The bus's HTTP calls for clients, for as long as one connection lives. */
export class HttpDoor {
  private readonly running = new Set<AbortController>();
  private readonly base: string;
  private shut = false;

  constructor(private readonly settings: DoorSettings) {
    this.base = httpBase(settings.url);
  }

  /** The path of one of the tenant's calls. */
  path(name: string, query: Readonly<Record<string, unknown>> = {}): string {
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, String(value)])).toString();
    return `/v1/tenants/${encodeURIComponent(this.settings.tenant)}/${name}${search === '' ? '' : `?${search}`}`;
  }

  /**
   * Asks, and reads an answer that is good.
   *
   * @param read is given `settled`, which takes the limit of time off the rest of the answer
   * @throws VestnikError the bus's problem; `unreachable` where nothing answered in time, or what did is no bus
   */
  async ask<Read>(path: string, { headers = {}, body, withinMs }: Asked, read: (response: Response, settled: () => void) => Promise<Read>): Promise<Read> {
    // A path that does not begin so could name another host, and carry the token there.
    if (this.shut || !path.startsWith('/')) throw new VestnikError('unreachable', `${path} cannot be asked for`, false);
    const control = new AbortController();
    this.running.add(control);
    const timer = setTimeout(() => control.abort(new Error(`no answer within ${withinMs / 1000} s`)), withinMs);
    try {
      const response = await this.settings.fetch(`${this.base}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${this.settings.token()}`, ...headers },
        body,
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        signal: control.signal,
      });
      if (!response.ok) throw await problemOf(response);
      return await read(response, () => clearTimeout(timer));
    } catch (error) {
      if (error instanceof VestnikError) throw error;
      throw new VestnikError('unreachable', reasonOf(control.signal.aborted ? control.signal.reason : error), true, { cause: error });
    } finally {
      clearTimeout(timer);
      this.running.delete(control);
    }
  }

  /** Ends all that is under way. */
  shutDown(): void {
    this.shut = true;
    for (const control of this.running) control.abort(new Error('the connection has ended'));
  }
}

/** `https://host/path` of a bus, from its address. */
export function httpBase(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol === 'wss:' ? 'https:' : protocol === 'ws:' ? 'http:' : protocol}//${host}${pathname.replace(/\/+$/, '')}`;
}

/** Whether the bus itself has said this, and not something on the way to it, or an older bus that has no such call. */
export function isRefusal(error: VestnikError): boolean {
  return error.slug !== 'unreachable' && error.slug !== 'not-found' && error.slug !== 'answer-unreadable';
}

async function problemOf(response: Response): Promise<VestnikError> {
  try {
    const problem: unknown = JSON.parse(await response.text());
    const { type } = problem as { type?: unknown };
    if (typeof type === 'string' && type.startsWith('urn:vestnik:problem:')) return errorFromProblem(problem);
  } catch {
    // Said below.
  }
  return new VestnikError('unreachable', `HTTP ${response.status}, and not in the words of a bus`, true);
}

/** `fetch` of Node says only "fetch failed"; the reason is in its cause. */
function reasonOf(thrown: unknown): string {
  const error = asError(thrown);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
