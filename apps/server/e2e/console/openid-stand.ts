import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface StandAccount {
  readonly preferred_username: string;
  readonly groups: readonly string[];
}

/** A real OpenID provider on this machine. Whoever comes is signed in at once as {@link account}, and has agreed to everything. */
export class OpenIdStand {
  readonly accounts = new Map<string, StandAccount>();
  readonly clientSecret = randomBytes(24).toString('base64url');
  /** Whom the provider takes the browser for. */
  account = '';
  /** Changes what the ID token says before it leaves; `false` after it was signed. */
  tampering: { readonly change: (claims: Record<string, unknown>) => object; readonly signed: boolean } | undefined;
  private readonly server: Server = createServer((request, response) => this.answer?.(request, response));
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;

  /** Listens; answers nothing before {@link serve}. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  serve(callback: string): void {
    const provider = new Provider(this.issuer, {
      clients: [{ client_id: 'vestnik', client_secret: this.clientSecret, redirect_uris: [callback] }],
      jwks: { keys: [{ ...this.keys.privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] },
      cookies: { keys: [randomBytes(24).toString('base64url')] },
      claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], email: ['email'] },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...this.accounts.get(id) }) }),
      loadExistingGrant: async ({ oidc }: { oidc: { provider: GrantMaker; client: { clientId: string }; session: { accountId: string } } }) => {
        const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    });
    const answer = provider.callback();
    this.answer = (request, response) => {
      if (request.url?.startsWith('/interaction/') === true) {
        void provider.interactionFinished(request, response, { login: { accountId: this.account } });
        return;
      }
      if (request.url === '/token' && this.tampering !== undefined) this.tamper(response);
      answer(request, response);
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private tamper(response: ServerResponse): void {
    const tampering = this.tampering;
    const end = response.end.bind(response) as (body?: unknown) => ServerResponse;
    response.end = ((body?: unknown) => {
      const answer = JSON.parse(String(body)) as { id_token?: string };
      if (answer.id_token === undefined || tampering === undefined) return end(body);
      const [head = '', payload = '', signature = ''] = answer.id_token.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
      const changed = `${head}.${Buffer.from(JSON.stringify(tampering.change(claims))).toString('base64url')}`;
      const signed = tampering.signed ? sign('sha256', Buffer.from(changed), this.keys.privateKey).toString('base64url') : signature;
      const text = JSON.stringify({ ...answer, id_token: `${changed}.${signed}` });
      response.setHeader('content-length', Buffer.byteLength(text));
      return end(text);
    }) as typeof response.end;
  }
}

interface GrantMaker {
  readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<unknown> };
}

/** What of a browser matters here: it keeps cookies of each origin, and follows where it is sent. */
export class SmallBrowser {
  private readonly cookies = new Map<string, Map<string, string>>();

  async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const jar = this.jar(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { ...(cookie === '' ? {} : { cookie }), ...headers } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '' || /expires=Thu, 01 Jan 1970|max-age=0(?:;|$)/i.test(set)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  /** Follows redirects until one leads to where `stop` says. @returns that URL, not asked yet */
  async followTo(url: string, stop: string): Promise<string> {
    let next = url;
    for (let steps = 0; steps < 10; steps++) {
      if (next.startsWith(stop)) return next;
      const response = await this.get(next);
      const location = response.headers.get('location');
      if (location === null) throw new Error(`${next} leads nowhere: ${response.status} ${await response.text()}`);
      next = new URL(location, next).href;
    }
    throw new Error('it leads in a circle');
  }

  cookie(url: string, name: string): string | undefined {
    return this.jar(url).get(name);
  }

  keep(url: string, name: string, value: string): void {
    this.jar(url).set(name, value);
  }

  private jar(url: string): Map<string, string> {
    const { origin } = new URL(url);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    return jar;
  }
}
