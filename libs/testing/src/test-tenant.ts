import type { SendAnswer, SendParams } from '@vestnik/protocol';
import { type Answer, ask } from './http.js';
import { RawSocketClient, type RawSocketOptions } from './raw-socket-client.js';

/** A node, as far as a tenant's tests need it. */
export interface Node {
  readonly url: string;
  readonly installation: string;
  api(method: string, path: string, body?: unknown, credentials?: string): Promise<Answer>;
}

/** Scopes of a backend that may do everything in its tenant. */
export const ALL_SCOPES = ['send', 'call', 'tokens', 'read', 'read:data', 'manage', 'broadcast'] as const;

/** A tenant on one node, with a backend's key. */
export class TestTenant {
  readonly #tokens = new Map<string, Promise<string>>();

  private constructor(
    readonly node: Node,
    readonly name: string,
    readonly key: string,
    readonly keyId: string,
  ) {}

  /** Makes a key for a tenant that is there. */
  static async withKey(node: Node, name: string, key: Readonly<Record<string, unknown>> = {}): Promise<TestTenant> {
    const made = await createKey(node, name, key);
    return new TestTenant(node, name, made.key, made.id);
  }

  /** The same tenant, on another node or through a proxy. */
  at(node: Node | string): TestTenant {
    const there: Node =
      typeof node === 'string'
        ? {
            url: node,
            installation: this.node.installation,
            api: (method, path, body, credentials) => ask(`${node}${path}`, { method, body, ...(credentials === undefined ? {} : { credentials }) }),
          }
        : node;
    return new TestTenant(there, this.name, this.key, this.keyId);
  }

  get path(): string {
    return `/v1/tenants/${this.name}`;
  }

  get socketUrl(): string {
    return `${this.node.url.replace(/^http/, 'ws')}${this.path}/socket`;
  }

  /** The whole address of a client of this tenant. */
  address(client: string): string {
    return `${client}@${this.name}.${this.node.installation}`;
  }

  /** Calls the HTTP API of the tenant with its key: `path` comes after `/v1/tenants/{tenant}`. */
  api(method: string, path: string, body?: unknown, credentials: string = this.key): Promise<Answer> {
    return this.node.api(method, `${this.path}${path}`, body, credentials);
  }

  createKey(key: Readonly<Record<string, unknown>>): Promise<{ readonly id: string; readonly key: string }> {
    return createKey(this.node, this.name, key);
  }

  /** A fresh token. */
  async mint(client: string, extra: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const minted = await this.api('POST', '/tokens', { client, ...extra });
    if (minted.status !== 201) throw new Error(`no token for ${client}: ${minted.status} ${minted.text}`);
    return minted.body.token as string;
  }

  /** A token of the client, minted once. */
  token(client: string): Promise<string> {
    const known = this.#tokens.get(client);
    if (known !== undefined) return known;
    const token = this.mint(client);
    this.#tokens.set(client, token);
    token.catch(() => this.#tokens.delete(client));
    return token;
  }

  /**
   * Sends as the backend.
   *
   * @throws Error unless it was accepted
   */
  async send(message: SendParams, credentials?: string): Promise<SendAnswer> {
    const answer = await this.api('POST', '/messages', message, credentials);
    if (answer.status !== 202) throw new Error(`not accepted: ${answer.status} ${answer.text}`);
    return answer.body as unknown as SendAnswer;
  }

  /** Opens a socket, and connects as the client. */
  async connect(client: string, params: Readonly<Record<string, unknown>> = {}, options: RawSocketOptions = {}): Promise<RawSocketClient> {
    const token = await this.token(client);
    const socket = await RawSocketClient.open(this.socketUrl, options);
    await socket.connect({ token, ...params });
    return socket;
  }
}

async function createKey(node: Node, tenant: string, key: Readonly<Record<string, unknown>>): Promise<{ readonly id: string; readonly key: string }> {
  const made = await node.api('POST', `/v1/tenants/${tenant}/keys`, { title: 'test', scopes: [...ALL_SCOPES], ...key });
  if (made.status !== 201) throw new Error(`no key for ${tenant}: ${made.status} ${made.text}`);
  return made.body as unknown as { id: string; key: string };
}
