import { randomBytes } from 'node:crypto';
import type { SendAnswer, SendParams } from '@vestnik/protocol';
import { type Answer, ask } from '@vestnik/testing';

/** A client of the tenant, by a name that nobody has used before. */
export interface Person {
  readonly name: string;
  /** Whole. */
  readonly address: string;
}

/** What the environment may say of a server that is there already. */
export interface PlaceOptions {
  /** Base URL, such as `https://bus.example.com`. */
  readonly url: string;
  readonly tenant: string;
  /** A key of the tenant with all scopes; its client name is `server` or another. */
  readonly key: string;
}

/**
 * One tenant of any server that claims the contract, seen from outside: by its URL and a key, and nothing else.
 *
 * Scenarios share the tenant and never meet, because each makes up the names of its clients, topics and keys.
 */
export class Place {
  /** A second tenant of the same installation, where there is one to play with. */
  neighbour: Place | undefined;

  private constructor(
    private readonly options: PlaceOptions,
    /** The whole address of the key's own client. */
    readonly backend: string,
  ) {}

  /** Finds out how the tenant is addressed. */
  static async find(options: PlaceOptions): Promise<Place> {
    const place = new Place(options, '');
    const probe = place.person('probe');
    const { status, body } = await place.api('POST', '/messages', { to: probe.name, type: 'conformance.probe', ttl: 1 });
    if (status !== 202) throw new Error(`the key may not send: ${status} ${JSON.stringify(body)}`);
    const { from } = (await place.api('GET', `/messages/${body.id as string}`)).body as { from: string };
    return new Place(options, from);
  }

  get url(): string {
    return this.options.url;
  }

  get tenant(): string {
    return this.options.tenant;
  }

  get key(): string {
    return this.options.key;
  }

  get path(): string {
    return `/v1/tenants/${this.options.tenant}`;
  }

  /** `tenant.installation`. */
  get house(): string {
    return this.backend.slice(this.backend.lastIndexOf('@') + 1);
  }

  /** A name that nobody has used before. */
  unused(base: string): string {
    return `${base}-${randomBytes(5).toString('hex')}`;
  }

  person(base = 'ivanov'): Person {
    const name = this.unused(base);
    return { name, address: `${name}@${this.house}` };
  }

  /** Calls the HTTP API of the tenant: `path` comes after `/v1/tenants/{tenant}`. */
  api(method: string, path: string, body?: unknown, credentials: string = this.key, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return ask(`${this.url}${this.path}${path}`, { method, body, credentials, headers });
  }

  /** A fresh token. */
  async token(person: Person, extra: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { status, body, text } = await this.api('POST', '/tokens', { client: person.name, ...extra });
    if (status !== 201) throw new Error(`no token: ${status} ${text}`);
    return body.token as string;
  }

  /**
   * Sends as the backend.
   * @throws Error unless it was taken
   */
  async send(message: SendParams): Promise<SendAnswer> {
    const { status, body, text } = await this.api('POST', '/messages', message);
    if (status !== 202) throw new Error(`not taken: ${status} ${text}`);
    return body as unknown as SendAnswer;
  }

  /** What became of a message, for its first recipient. */
  async stateOf(id: string): Promise<string | undefined> {
    const { body } = await this.api('GET', `/messages/${id}`);
    return (body.to as { state: string }[] | undefined)?.[0]?.state;
  }

  /** The sessions that a client has now. */
  async sessionsOf(
    person: Person,
  ): Promise<readonly { readonly session: string; readonly device?: string; readonly app?: string; readonly transport?: string }[]> {
    const { body } = await this.api('GET', `/clients/${encodeURIComponent(person.name)}`);
    return (body.sessions as { session: string }[] | undefined) ?? [];
  }
}
