import { errorFromProblem, VestnikError } from '@vestnik/client';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | null;
}

const ANSWER_WITHIN_MS = 60_000;

/** The bus's HTTP API, with one key. Problems come out as `VestnikError`, a bus that is not there as `unreachable`. */
export class HttpApi {
  constructor(
    readonly url: string,
    private readonly key: string,
  ) {}

  async request(method: Method, path: string, body?: unknown): Promise<unknown> {
    const text = await this.text(method, path, body);
    return text === '' ? undefined : readJson(text);
  }

  /** The answer as it was written, so that long numbers survive. */
  async text(method: Method, path: string, body?: unknown, withinMs = ANSWER_WITHIN_MS): Promise<string> {
    const response = await this.fetch(method, path, body, withinMs);
    const text = await response.text();
    if (response.ok) return text;
    throw problemOf(response, text === '' ? undefined : readJson(text));
  }

  get(path: string): Promise<unknown> {
    return this.request('GET', path);
  }

  /** All items of a list, page after page. */
  async list<Item>(path: string, filter: Readonly<Record<string, string | undefined>> = {}): Promise<Item[]> {
    const wanted = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const items: Item[] = [];
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ limit: '1000', ...Object.fromEntries(wanted), ...(cursor === undefined ? {} : { cursor }) });
      const page = (await this.get(`${path}?${query}`)) as Page<Item>;
      items.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return items;
  }

  private async fetch(method: Method, path: string, body: unknown, withinMs: number): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.key}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(withinMs),
      });
    } catch (error) {
      throw new VestnikError('unreachable', reasonOf(error), true, { cause: error });
    }
  }
}

/** A path under a tenant; every part is escaped. */
export function tenantPath(tenant: string, ...parts: readonly string[]): string {
  return `/v1/tenants/${[tenant, ...parts].map(encodeURIComponent).join('/')}`;
}

function problemOf(response: Response, value: unknown): VestnikError {
  const { type } = (typeof value === 'object' && value !== null ? value : {}) as { type?: unknown };
  if (typeof type === 'string' && type.startsWith('urn:vestnik:problem:')) return errorFromProblem(value);
  return new VestnikError(
    'answer-unreadable',
    `HTTP ${response.status} ${response.statusText}, and not in the words of a bus: is this its address?`,
    response.status >= 500,
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` says only "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
