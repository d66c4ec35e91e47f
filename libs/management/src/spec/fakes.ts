import { createHash } from 'node:crypto';
import type {
  Administrator,
  AdministratorPrincipal,
  AdministratorSession,
  ApiKey,
  AuditEntry,
  AuditFilter,
  BacklogSummary,
  ClientRecord,
  ClientSearch,
  DeadLetterChange,
  DeadLetterGroup,
  DeadLettersOfTenant,
  DeadLetterWhole,
  Diagnosis,
  DiagnosisQuestion,
  ExpiringKey,
  FoundClient,
  FoundMessage,
  JwtSettingsInput,
  ListedDeadLetter,
  ListedTopic,
  ListedWebhook,
  LogEntry,
  Mailbox,
  MessageHead,
  MessageOutcome,
  MessageSearch,
  NodeMessage,
  Page,
  PageRequest,
  Principal,
  RecipientOutcome,
  ResendRequest,
  Role,
  ScheduledMessage,
  Scope,
  SessionSummary,
  StoredUsage,
  Tenant,
  TenantSettings,
  WaitingMessage,
  Webhook,
  WebhookAttempts,
  WebhookFormat,
  WebhookInTrouble,
  WhichDeadLetters,
} from '@vestnik/core';
import { Epochs, FRESH_PROGRESS, Observatory, Observer, TENANT_DEFAULTS, Tenants } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import type { ManagedLink, ManagedLinks, ManagementPorts } from '../ports.js';

/*
 * The ports in memory, as much of them as management looks at.
 */

export const NOW = Date.parse('2026-11-22T06:22:00.000Z');

const unauthenticated = () => new Problem('unauthenticated', 'the key or token does not count here');

function page<Item>(items: readonly Item[], { limit, cursor }: PageRequest): Page<Item> {
  const from = cursor === undefined ? 0 : Number(cursor);
  const next = from + limit < items.length ? String(from + limit) : undefined;
  return { items: items.slice(from, from + limit), next };
}

function withoutUndefined(settings: TenantSettings): TenantSettings {
  return { ...TENANT_DEFAULTS, ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) };
}

export class FakeTenants {
  tenants: Tenant[] = [];
  changes = 0;
  private ids = 0;

  async list() {
    return [...this.tenants];
  }
  async create(name: string, title: string | undefined, settings: TenantSettings): Promise<Tenant> {
    if (this.tenants.some((tenant) => tenant.name === name)) throw new Problem('conflict', 'there is a tenant of this name');
    const tenant: Tenant = { id: ++this.ids, name, title, settings: withoutUndefined(settings), createdAt: NOW };
    this.tenants.push(tenant);
    this.changes++;
    return tenant;
  }
  async update(name: string, { title, settings }: { title?: string | null; settings: Partial<TenantSettings> }): Promise<Tenant | undefined> {
    const at = this.tenants.findIndex((tenant) => tenant.name === name);
    const before = this.tenants[at];
    if (before === undefined) return undefined;
    const after = {
      ...before,
      title: title === undefined ? before.title : (title ?? undefined),
      settings: withoutUndefined({ ...before.settings, ...settings }),
    };
    this.tenants[at] = after;
    this.changes++;
    return after;
  }
  async delete(name: string) {
    const before = this.tenants.length;
    this.tenants = this.tenants.filter((tenant) => tenant.name !== name);
    this.changes++;
    return this.tenants.length < before;
  }
  async version() {
    return this.changes;
  }
}

export class FakeKeys {
  readonly byHash = new Map<string, ApiKey>();
  private ids = 0;

  make() {
    const id = `k${++this.ids}`;
    const key = `vk_${id.padEnd(43, 'x')}`;
    return { key, hash: hashOf(key), id };
  }
  async create(key: Omit<ApiKey, 'createdAt'>, hash: Uint8Array): Promise<ApiKey> {
    const made = { ...key, createdAt: NOW };
    this.byHash.set(Buffer.from(hash).toString('hex'), made);
    return made;
  }
  async findByHash(hash: Uint8Array) {
    return this.byHash.get(Buffer.from(hash).toString('hex'));
  }
  async findById(id: string) {
    return [...this.byHash.values()].find((key) => key.id === id);
  }
  async list(tenantId: number | null, request: PageRequest) {
    return page(
      [...this.byHash.values()].filter((key) => key.tenantId === tenantId),
      request,
    );
  }
  async delete(tenantId: number | null, id: string) {
    const found = [...this.byHash].find(([, key]) => key.id === id && key.tenantId === tenantId);
    return found !== undefined && this.byHash.delete(found[0]);
  }
  async used() {}
  async replace(key: Omit<ApiKey, 'createdAt'> & { replaces: string }, hash: Uint8Array, oldEndsAt: number) {
    const found = [...this.byHash].find(([, one]) => one.id === key.replaces && one.tenantId === key.tenantId);
    if (found === undefined) return undefined;
    const old = { ...found[1], expiresAt: Math.min(found[1].expiresAt ?? Number.POSITIVE_INFINITY, oldEndsAt) };
    this.byHash.set(found[0], old);
    return { made: await this.create(key, hash), old };
  }
}

export function hashOf(key: string): Uint8Array {
  return createHash('sha256').update(key).digest();
}

export class FakeMailboxes {
  readonly clients: ClientRecord[] = [];
  private ids = 100;

  async find(tenantId: number, kind: Mailbox['kind'], names: readonly string[]) {
    return names.map((name) => (kind === 'everyone' ? { id: 7, tenantId, kind, name, since: 0 } : this.clients.find((one) => one.name === name)));
  }
  async ensure(tenantId: number, kind: Mailbox['kind'], names: readonly string[]) {
    return names.map((name) => {
      const there = this.clients.find((one) => one.tenantId === tenantId && one.name === name);
      const mailbox: ClientRecord = there ?? { id: ++this.ids, tenantId, kind, name, since: 0, createdAt: NOW, devices: [] };
      if (there === undefined) this.clients.push(mailbox);
      return { mailbox, known: there !== undefined };
    });
  }
  async listClients(tenantId: number, request: PageRequest & { search?: string }) {
    const { search = '' } = request;
    return page(
      this.clients.filter((one) => one.tenantId === tenantId && one.name.includes(search)),
      request,
    );
  }
  async findClient(tenantId: number, name: string) {
    return this.clients.find((one) => one.tenantId === tenantId && one.name === name);
  }
  async setTitle(tenantId: number, name: string, title: string | undefined) {
    return this.replace(tenantId, name, { title });
  }
  async revoke(tenantId: number, name: string) {
    return this.replace(tenantId, name, { revokedBefore: NOW });
  }
  async forget(tenantId: number, name: string) {
    const at = this.clients.findIndex((one) => one.tenantId === tenantId && one.name === name);
    return at >= 0 && this.clients.splice(at, 1).length > 0;
  }
  private replace(tenantId: number, name: string, change: Partial<ClientRecord>) {
    const at = this.clients.findIndex((one) => one.tenantId === tenantId && one.name === name);
    const before = this.clients[at];
    if (before !== undefined) this.clients[at] = { ...before, ...change };
    return before !== undefined;
  }
}

export class FakeSessions {
  readonly open: SessionSummary[] = [];
  readonly closed: { session: string; slug: string }[] = [];

  count(clientId: number) {
    return this.ofClient(clientId).length;
  }
  ofClient(clientId: number) {
    return this.open.filter((session) => session.clientId === clientId);
  }
  ofTenant(tenantId: number) {
    return this.open.filter((session) => session.tenantId === tenantId);
  }
  all() {
    return this.open;
  }
  close(clientId: number, session: string, slug: string) {
    const there = this.ofClient(clientId).some((one) => one.session === session);
    if (there) this.closed.push({ session, slug });
    return there;
  }
}

export class FakeLog {
  letters: (DeadLetterWhole & { tenantId: number })[] = [];

  async head() {
    return 500;
  }
  /** What waits for each client, by its id. */
  readonly unacknowledged = new Map<number, number>();
  async countUnacknowledged(mailboxIds: readonly number[], limit: number) {
    return new Map(mailboxIds.map((id) => [id, Math.min(limit, this.unacknowledged.get(id) ?? 0)]));
  }
  /** Each as the tenant that is asked for sees it: `<tenant> <id>`. */
  readonly outcomes = new Map<string, MessageOutcome>();
  async outcome(tenantId: number, id: string) {
    return this.outcomes.get(`${tenantId} ${id}`);
  }
  async recipients(tenantId: number, id: string, request: PageRequest): Promise<Page<RecipientOutcome> | undefined> {
    const outcome = await this.outcome(tenantId, id);
    return outcome === undefined ? undefined : page(outcome.recipients, request);
  }
  async withdraw(tenantId: number, _senderId: number | undefined, id: string) {
    const outcome = await this.outcome(tenantId, id);
    if (outcome === undefined) return undefined;
    return { outcome: { ...outcome, recipients: outcome.recipients.map((one) => ({ ...one, state: 'withdrawn' as const })) }, entries: [] };
  }
  /** As many as there are positions between. */
  async countWaiting({ after, upTo }: { after: number; upTo: number }, limit: number) {
    return Math.min(limit, upTo - after);
  }
  async listDeadLetters(tenantId: number, request: PageRequest & { client?: string }) {
    return page(
      this.letters.filter((letter) => letter.tenantId === tenantId && (request.client === undefined || letter.client === request.client)),
      request,
    );
  }
  async findDeadLetter(tenantId: number, id: string) {
    return this.letters.find((one) => one.tenantId === tenantId && one.id === id);
  }
  async replayDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number) {
    const entries: LogEntry[] = [];
    for (const { id } of this.fitting(tenantId, which).slice(0, limit)) entries.push(...((await this.replayDeadLetter(tenantId, id))?.entries ?? []));
    return { entries, replayed: entries.length };
  }
  async deleteDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number) {
    const gone = this.fitting(tenantId, which).slice(0, limit);
    this.letters = this.letters.filter((one) => !gone.includes(one));
    return gone.length;
  }
  async countDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number) {
    return Math.min(limit, this.fitting(tenantId, which).length);
  }
  private fitting(tenantId: number, { ids, client, reason }: WhichDeadLetters) {
    return this.letters.filter(
      (one) =>
        one.tenantId === tenantId &&
        ids?.includes(one.id) !== false &&
        (client === undefined || one.client === client) &&
        (reason === undefined || one.reason === reason),
    );
  }
  async replayDeadLetter(tenantId: number, id: string, change: DeadLetterChange = {}): Promise<{ entries: LogEntry[] } | undefined> {
    const letter = this.letters.find((one) => one.tenantId === tenantId && one.id === id);
    if (letter === undefined) return undefined;
    await this.deleteDeadLetter(tenantId, id);
    const { messageId, from, type, data } = { ...letter, type: change.type ?? letter.type, data: change.data ?? letter.data };
    const place = { tenantId, position: 501, previous: 500, mailboxId: 101, at: NOW };
    const message = { id: messageId, tenantId, senderId: 1, from, type, data, receipt: false, sentAt: NOW };
    return { entries: [{ ...place, kind: 'message', to: `${letter.client}@demo.hq`, expiresAt: NOW + 1000, message }] };
  }
  async deleteDeadLetter(tenantId: number, id: string) {
    const before = this.letters.length;
    this.letters = this.letters.filter((one) => one.tenantId !== tenantId || one.id !== id);
    return this.letters.length < before;
  }
}

/** Answers what it was told to, and notes what it was asked. */
export class FakeBrowser {
  readonly asked: { readonly what: string; readonly with: unknown }[] = [];
  found: { items: FoundClient[]; next?: string; asOf?: number } = { items: [] };
  waits: Page<WaitingMessage> = { items: [] };
  copies: { entries: LogEntry[]; last?: number; more: boolean } = { entries: [], more: false };
  messagesFound: { items: FoundMessage[]; next?: string; searchedTo?: number } = { items: [] };
  readonly heads = new Map<string, MessageHead>();
  attempts: WebhookAttempts[] = [];

  async clients(search: ClientSearch) {
    this.asked.push({ what: 'clients', with: search });
    return this.found;
  }
  async waiting(clientId: number, request: PageRequest) {
    this.asked.push({ what: 'waiting', with: { clientId, ...request } });
    return this.waits;
  }
  async resend(request: ResendRequest) {
    this.asked.push({ what: 'resend', with: request });
    return this.copies;
  }
  async purge(tenantId: number, clientId: number, limit: number, reason: string) {
    this.asked.push({ what: 'purge', with: { tenantId, clientId, limit, reason } });
    return { entries: this.copies.entries, messages: 3, more: true };
  }
  async messages(search: MessageSearch) {
    this.asked.push({ what: 'messages', with: search });
    return this.messagesFound;
  }
  async head(id: string) {
    return this.heads.get(id);
  }
  async webhookAttempts() {
    return this.attempts;
  }
}

/** Names, passwords and roles in plain: what is checked here is not how they are kept. */
export class FakeAdministrators {
  readonly accounts = new Map<string, { administrator: Administrator; password: string }>();
  readonly cookies = new Map<string, string>();
  readonly opened = new Map<string, AdministratorSession[]>();
  readonly lockedNames = new Set<string>();

  async create(name: string, password: string, role: Role, tenants?: readonly string[]): Promise<Administrator> {
    if (this.accounts.has(name)) throw new Problem('conflict', 'there is an administrator of this name');
    const administrator = { id: this.accounts.size + 1, name, role, createdAt: NOW, ...(tenants === undefined ? {} : { tenants }) };
    this.accounts.set(name, { administrator, password });
    return administrator;
  }
  async update(
    name: string,
    { role, password, tenants, keepSession }: { role?: Role; password?: string; tenants?: readonly string[] | null; keepSession?: string },
  ) {
    const account = this.accounts.get(name);
    if (account === undefined) return undefined;
    this.requireOwnerBesides(name, role);
    const { tenants: before, ...rest } = account.administrator;
    const after = tenants === undefined ? before : (tenants ?? undefined);
    const administrator = { ...rest, role: role ?? rest.role, ...(after === undefined ? {} : { tenants: after }) };
    this.accounts.set(name, { administrator, password: password ?? account.password });
    const sessions = this.opened.get(name) ?? [];
    const kept = password === undefined ? sessions : sessions.filter(({ id }) => id === keepSession);
    this.opened.set(name, kept);
    return { administrator, ended: sessions.length - kept.length };
  }
  async delete(name: string) {
    if (this.accounts.has(name)) this.requireOwnerBesides(name, undefined);
    return this.accounts.delete(name);
  }
  async list() {
    return [...this.accounts.values()].map(({ administrator }) => administrator);
  }
  async count() {
    return this.accounts.size;
  }
  async signIn(name: string, password: string, from: { address?: string; userAgent?: string } = {}) {
    await this.confirm(name, password);
    const cookie = `cookie-of-${name}`;
    this.cookies.set(cookie, name);
    const sessions = this.opened.get(name) ?? [];
    const { address, userAgent } = from;
    const details = { ...(address === undefined ? {} : { address }), ...(userAgent === undefined ? {} : { browser: userAgent }) };
    this.opened.set(name, [{ id: String(sessions.length + 1), createdAt: NOW, expiresAt: NOW + 3600_000, ...details }, ...sessions]);
    return { cookie, expiresAt: NOW + 3600_000, administrator: (this.accounts.get(name) as { administrator: Administrator }).administrator };
  }
  async confirm(name: string, password: string) {
    if (this.accounts.get(name)?.password !== password) throw new Problem('unauthenticated', 'the name or the password is wrong');
  }
  async signOut(cookie: string) {
    this.cookies.delete(cookie);
  }
  async sessions(name: string) {
    return this.accounts.has(name) ? (this.opened.get(name) ?? []) : undefined;
  }
  async endSession(name: string, session: string) {
    const before = this.opened.get(name) ?? [];
    this.opened.set(
      name,
      before.filter(({ id }) => id !== session),
    );
    return before.some(({ id }) => id === session);
  }
  locked(name: string) {
    return this.lockedNames.has(name);
  }
  async unlock(name: string) {
    this.lockedNames.delete(name);
    return this.accounts.has(name);
  }
  private requireOwnerBesides(name: string, role: Role | undefined) {
    const others = [...this.accounts.values()].some(({ administrator }) => administrator.role === 'owner' && administrator.name !== name);
    const leaving = this.accounts.get(name)?.administrator.role === 'owner';
    if (leaving && !others && role !== 'owner') throw new Problem('conflict', 'no owner would be left');
  }
}

export class FakeAuthenticator {
  /** Calls of {@link authenticate}. */
  asked = 0;

  constructor(
    private readonly tenants: Tenants,
    private readonly keys: FakeKeys,
    private readonly administrators: FakeAdministrators,
    private readonly administratorKeys: ReadonlyMap<string, Role>,
  ) {}

  known() {
    return undefined;
  }
  async authenticate(tenantName: string, credential: string): Promise<Principal> {
    this.asked++;
    const tenant = this.tenants.get(tenantName);
    const [, client] = /^token\.of\.(.+)$/.exec(credential) ?? [];
    if (tenant !== undefined && client !== undefined) return { kind: 'token', tenant, client, scopes: new Set<Scope>(['receive', 'send']) };
    const key = await this.keys.findByHash(hashOf(credential));
    if (tenant === undefined || key?.tenantId !== tenant.id) throw unauthenticated();
    return { kind: 'key', tenant, client: key.client, scopes: new Set(key.scopes), keyId: key.id, expiresAt: key.expiresAt };
  }
  async stillValid() {
    return true;
  }
  async administrator(credential: { key: string } | { cookie: string }): Promise<AdministratorPrincipal> {
    if ('key' in credential) {
      const role = this.administratorKeys.get(credential.key);
      if (role !== undefined) return { kind: 'administrator', name: `${role}-key`, identity: { kind: 'key', id: role }, role, byCookie: false };
      const key = await this.keys.findByHash(hashOf(credential.key));
      if (key?.role === undefined) throw unauthenticated();
      return { kind: 'administrator', name: `key:${key.id}`, identity: { kind: 'key', id: key.id }, role: key.role, byCookie: false };
    }
    const account = this.administrators.accounts.get(this.administrators.cookies.get(credential.cookie) ?? '');
    if (account === undefined) throw unauthenticated();
    const { id, name, role, tenants } = account.administrator;
    const session = this.administrators.opened.get(name)?.[0];
    return {
      kind: 'administrator',
      name,
      identity: { kind: 'account', id },
      role,
      byCookie: true,
      ...(tenants === undefined ? {} : { tenants }),
      ...(session === undefined ? {} : { session: session.id, expiresAt: session.expiresAt }),
    };
  }
}

/** Keeps secrets by tenant id, as the vault would. */
export class FakeTokenSettings {
  readonly secrets = new Map<number, string>();

  async check(input: JwtSettingsInput, before: TenantSettings['jwt']) {
    if (input.secret !== undefined && Buffer.byteLength(input.secret) < 32) {
      throw new Problem('request-invalid', 'jwt/secret: 32 bytes or more', { errors: [{ path: 'jwt/secret', message: '32 bytes or more' }] });
    }
    return {
      algorithms: input.algorithms ?? before?.algorithms ?? [],
      keyIds: input.keyIds ?? before?.keyIds ?? [],
      bareAudience: input.bareAudience ?? before?.bareAudience ?? false,
      hasSecret: input.secret !== undefined || before?.hasSecret === true,
      hasJwks: false,
    };
  }
  async store(tenantId: number, input: JwtSettingsInput | undefined) {
    if (input === undefined) this.secrets.delete(tenantId);
    else if (input.secret !== undefined) this.secrets.set(tenantId, input.secret);
  }
}

export class FakeAudit {
  readonly entries: (AuditEntry & { id: number })[] = [];

  async record(entry: AuditEntry) {
    this.entries.push({ ...entry, id: this.entries.length + 1 });
  }
  /** The last filter that was asked for. */
  asked: AuditFilter | undefined;

  async list(request: PageRequest, filter: AuditFilter = {}) {
    this.asked = filter;
    return page(
      this.entries.toReversed().filter(({ action }) => filter.action === undefined || action === filter.action),
      request,
    );
  }
  async verify() {
    return { kind: 'whole' as const, rows: this.entries.length };
  }
}

export class FakeWebhooks {
  readonly all = new Map<string, Webhook>();
  looks = 0;

  constructor(private readonly mailboxes: FakeMailboxes) {}

  async put(tenantId: number, clientId: number, to: { url: string; format: WebhookFormat }) {
    const key = `${tenantId} ${clientId}`;
    const created = !this.all.has(key);
    const client = this.mailboxes.clients.find(({ id }) => id === clientId)?.name ?? '';
    const webhook: Webhook = { ...FRESH_PROGRESS, id: 1, tenantId, clientId, client, ...to, createdAt: NOW, changedAt: NOW };
    this.all.set(key, webhook);
    return { webhook, created };
  }
  async find(tenantId: number, clientId: number) {
    return this.all.get(`${tenantId} ${clientId}`);
  }
  async delete(tenantId: number, clientId: number) {
    return this.all.delete(`${tenantId} ${clientId}`);
  }
  async pause(tenantId: number, clientId: number, reason: string) {
    const webhook = await this.find(tenantId, clientId);
    if (webhook === undefined) return undefined;
    const paused: Webhook = { ...webhook, state: 'paused', reason };
    this.all.set(`${tenantId} ${clientId}`, paused);
    return paused;
  }
  async resume(tenantId: number, clientId: number) {
    const webhook = await this.find(tenantId, clientId);
    if (webhook === undefined) return undefined;
    const { url, format } = webhook;
    return (await this.put(tenantId, clientId, { url, format })).webhook;
  }
}

export const OTHER = 'k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u';

/** Answers every question with the same, and keeps what it was asked. */
export class FakeDiagnosing {
  readonly asked: DiagnosisQuestion[] = [];

  async diagnose(question: DiagnosisQuestion): Promise<Diagnosis> {
    this.asked.push(question);
    const { from, to, use, as = 'key' } = question;
    const steps = [
      { step: 'to-accepts', subject: 'other', verdict: 'fails', detail: 'No rule fits.', page: '/tenants/other?tab=accepts', action: 'allow-sender' },
    ] as const;
    return { from, to, use, as, reachable: false, firstFailure: 0, steps };
  }
}

/** Links without anybody at the other side: an invite names who it would be. */
export class FakeLinks implements ManagedLinks {
  readonly all = new Map<string, ManagedLink>();
  own: { key: string; expiresAt: number }[] = [];

  async list() {
    return [...this.all.values()];
  }
  async find(id: string) {
    return this.all.get(id);
  }
  async invite() {
    return { invite: 'vestnik-link.c2VjcmV0', expiresAt: NOW + 1_800_000 };
  }
  async accept(invite: string, name = 'branch-7'): Promise<ManagedLink> {
    if (!invite.startsWith('vestnik-link.'))
      throw new Problem('request-invalid', 'invite: is not an invite', { errors: [{ path: 'invite', message: 'is none' }] });
    this.requireFree(name);
    const link = {
      id: OTHER,
      name,
      proposedName: 'branch-7',
      state: 'pending' as const,
      rootKey: new Uint8Array(32),
      keys: '',
      confirmedHere: false,
      confirmedThere: false,
      words: 'one two three four five six',
      transit: false,
      quota: { rows: 5, bytes: 10 },
      createdAt: NOW,
    };
    const made: ManagedLink = { link, keys: [{ key: '1-abc', expiresAt: NOW }], queue: { messages: 0, bytes: 0 } };
    this.all.set(OTHER, made);
    return made;
  }
  async confirm(id: string, name?: string) {
    if (name !== undefined) this.requireFree(name);
    return this.change(id, { confirmedHere: true, ...(name === undefined ? {} : { name }) });
  }
  async pause(id: string) {
    if (this.all.get(id)?.link.state === 'pending') throw new Problem('conflict', 'the link is not confirmed yet');
    return this.change(id, { state: 'paused' });
  }
  async resume(id: string) {
    return this.change(id, { state: 'active' });
  }
  async setTransit(id: string, allow: boolean) {
    return this.change(id, { transit: allow });
  }
  async setQuota(id: string, quota: { rows: number; bytes: number }) {
    return this.change(id, { quota });
  }
  async remove(id: string) {
    return this.all.delete(id);
  }
  async keys() {
    return this.own.length === 0 ? { keys: [] } : { id: OTHER, keys: this.own };
  }
  async rotateKeys() {
    this.own = [{ key: `${this.own.length + 1}-abc`, expiresAt: NOW }, ...this.own];
    return { id: OTHER, keys: this.own };
  }
  async revokeKey(key: string) {
    if (!this.own.some((one) => one.key === key)) return undefined;
    this.own = this.own.filter((one) => one.key !== key);
    return { id: OTHER, keys: this.own };
  }
  change(id: string, change: Partial<ManagedLink['link']>): ManagedLink | undefined {
    const before = this.all.get(id);
    if (before === undefined) return undefined;
    const after = { ...before, link: { ...before.link, ...change } };
    this.all.set(id, after);
    return after;
  }
  private requireFree(name: string) {
    for (const { link } of this.all.values())
      if (link.name === name) throw new Problem('conflict', 'name: taken', { errors: [{ path: 'name', message: 'taken' }] });
  }
}

export class FakeTopics {
  readonly subscriptions: { tenantId: number; client: string; pattern: string }[] = [];

  async list(tenantId: number, request: PageRequest & { search?: string }) {
    const topics = new Set(this.subscriptions.filter((one) => one.tenantId === tenantId).map(({ pattern }) => pattern));
    return page(
      [...topics].filter((topic) => topic.includes(request.search ?? '')).map((topic) => ({ topic, subscribers: 1, lastAt: NOW })),
      request,
    );
  }
  async subscribers(tenantId: number, topic: string, request: PageRequest) {
    return page(
      this.subscriptions.filter((one) => one.tenantId === tenantId && one.pattern === topic).map(({ client, pattern }) => ({ client, clientId: 7, pattern })),
      request,
    );
  }
  async ofClient() {
    return this.subscriptions.map(({ pattern }) => ({ pattern, since: 0 }));
  }
  async subscribeClient(tenantId: number, client: string, pattern: string) {
    if (this.subscriptions.some((one) => one.tenantId === tenantId && one.client === client && one.pattern === pattern)) return false;
    this.subscriptions.push({ tenantId, client, pattern });
    return true;
  }
  async unsubscribeClient(tenantId: number, client: string, pattern: string) {
    const at = this.subscriptions.findIndex((one) => one.tenantId === tenantId && one.client === client && one.pattern === pattern);
    if (at >= 0) this.subscriptions.splice(at, 1);
    return at >= 0;
  }
}

/** What the store says that somebody should look at; may be changed. */
export interface Trouble {
  waiting: Omit<BacklogSummary, 'furthest'>;
  behind: BacklogSummary['furthest'];
  deadLetters: DeadLettersOfTenant[];
  webhooks: WebhookInTrouble[];
  keys: ExpiringKey[];
}

/** What is listed across tenants: what a test puts there, whatever is asked; and what was asked. */
export class FakeBrowsing {
  readonly asked: { subject: string; asked: object }[] = [];
  groups: DeadLetterGroup[] = [];
  letters: ListedDeadLetter[] = [];
  scheduled: ScheduledMessage[] = [];
  webhooks: ListedWebhook[] = [];
  topics: ListedTopic[] = [];
  usage: StoredUsage = {
    clients: 3,
    waiting: 2,
    oldestWaitingAt: NOW,
    deadLetters: 1,
    scheduled: 4,
    topics: 5,
    webhooks: 6,
    keys: 7,
    storedMessages: 1000,
    acceptedLastDay: 100,
  };

  answer<Item>(subject: string, items: () => readonly Item[]) {
    return async (asked: object, request: PageRequest): Promise<Page<Item>> => {
      this.asked.push({ subject, asked });
      return page(items(), request);
    };
  }
}

/** Everything that management works through, in memory. */
export function fakePorts(publicUrl = 'http://127.0.0.1:8378') {
  const directory = new FakeTenants();
  const tenants = new Tenants(directory);
  const keys = new FakeKeys();
  const administrators = new FakeAdministrators();
  const administratorKeys = new Map<string, Role>([
    ['owner-secret', 'owner'],
    ['operator-secret', 'operator'],
    ['viewer-secret', 'viewer'],
  ]);
  const mailboxes = new FakeMailboxes();
  const sessions = new FakeSessions();
  const topics = new FakeTopics();
  const log = new FakeLog();
  const audit = new FakeAudit();
  const tokenSettings = new FakeTokenSettings();
  const webhooks = new FakeWebhooks(mailboxes);
  const links = new FakeLinks();
  const diagnosing = new FakeDiagnosing();
  const browsing = new FakeBrowsing();
  const browser = new FakeBrowser();
  const epochs = new Epochs();
  epochs.set([{ epoch: 1, begins: 0 }]);
  const secrets = new Map<string, Uint8Array>();
  const published: NodeMessage[] = [];
  const committed: LogEntry[] = [];
  const logged: { fields: object | undefined; message: string }[] = [];
  const minted: { client: string; ttl: number; scopes: readonly string[] | undefined }[] = [];
  const bus = {
    nodeId: 'node',
    publish: (message: NodeMessage) => void published.push(message),
    subscribe: () => {},
    others: () => 0,
    onNodeGone: () => {},
    onNodeJoined: () => {},
  };
  const clock = { now: () => NOW, monotonic: () => 0, after: () => ({ cancel: () => {} }), every: () => ({ cancel: () => {} }) };
  const observer = new Observer('hq', { byId: async () => undefined }, tenants, clock);
  const observatory = new Observatory({ observer, bus, clock, newId: () => 'watch', sessions: () => 3, intakeWaiting: () => 0 });
  const trouble: Trouble = { waiting: { messages: 0, clients: 0 }, behind: [], deadLetters: [], webhooks: [], keys: [] };
  const ports = {
    directory,
    tenants,
    tokenSettings,
    keys,
    keyMaker: keys,
    authenticator: new FakeAuthenticator(tenants, keys, administrators, administratorKeys),
    minter: {
      mint: async (_by: Principal, client: string, ttl: number, scopes?: readonly string[]) => {
        minted.push({ client, ttl, scopes });
        return { token: `token-of-${client}`, expiresAt: NOW + ttl * 1000 };
      },
      mintFor: async (by: AdministratorPrincipal, tenant: Tenant, client: string, ttl: number, scopes?: readonly string[]) => {
        minted.push({ client, ttl, scopes });
        return { token: `token-of-${client}@${tenant.name}-by-${by.name}`, expiresAt: NOW + ttl * 1000 };
      },
    },
    mailboxes: mailboxes as unknown as ManagementPorts['mailboxes'],
    sessions,
    webhooks: webhooks as unknown as ManagementPorts['webhooks'],
    webhookChanged: async () => void webhooks.looks++,
    links,
    diagnosing,
    vault: {
      get: async (name: string) => secrets.get(name),
      set: async (name: string, secret: Uint8Array) => void secrets.set(name, secret),
      delete: async (name: string) => void secrets.delete(name),
    },
    egress: {
      check: async (url: string, field: string) => {
        if (url.includes('inside')) throw new Problem('url-refused', `${field}: not there`, { errors: [{ path: field, message: 'not there' }] });
      },
    },
    topics: topics as unknown as ManagementPorts['topics'],
    deadLetterBrowsing: {
      groups: browsing.answer('dead-letter groups', () => browsing.groups),
      list: browsing.answer('dead letters', () => browsing.letters),
    },
    scheduledBrowsing: { list: browsing.answer('scheduled', () => browsing.scheduled) },
    webhookBrowsing: { list: browsing.answer('webhooks', () => browsing.webhooks) },
    topicBrowsing: { list: browsing.answer('topics', () => browsing.topics) },
    usage: { of: async () => browsing.usage },
    messageLog: log as unknown as ManagementPorts['messageLog'],
    committed: { committed: (entries: readonly LogEntry[]) => void committed.push(...entries) },
    observatory,
    attention: {
      deadLetters: async () => trouble.deadLetters,
      webhooks: async () => trouble.webhooks,
      expiringKeys: async () => trouble.keys,
    },
    clientBrowser: Object.assign(browser, { backlog: async () => ({ ...trouble.waiting, furthest: trouble.behind }) }),
    messageBrowser: browser,
    positions: epochs,
    storeFigures: async () => ({ version: '18.4', commitMs: 0.4, sizeBytes: 9_437_184, partitions: 6, tables: [{ name: 'log', bytes: 1_048_576 }] }),
    embeddedStore: true,
    signIn: administrators,
    accounts: administrators,
    oidc: {},
    audit,
    bus,
    clock,
    log: { error: (message: string, fields?: object) => void logged.push({ fields, message }) },
    installation: 'hq',
    version: '0.1.0',
    publicUrl,
    settings: [
      { name: 'VESTNIK_PORT', value: 8378, source: 'default', secret: false },
      { name: 'DATABASE_URL', value: 'postgres://vestnik:hunter2@db/vestnik', source: 'environment', secret: false },
      { name: 'VESTNIK_SECRET_KEY', value: 'c2VjcmV0', source: 'environment', secret: true },
    ],
  } satisfies ManagementPorts;
  return {
    ports,
    browser,
    epochs,
    observer,
    trouble,
    topics,
    directory,
    tenants,
    keys,
    administrators,
    mailboxes,
    sessions,
    log,
    audit,
    tokenSettings,
    webhooks,
    links,
    diagnosing,
    browsing,
    secrets,
    published,
    committed,
    logged,
    minted,
  };
}
