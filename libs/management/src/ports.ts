import type {
  AdministratorAccounts,
  AdministratorSignIn,
  AuditTrail,
  Authenticator,
  Clock,
  CommittedEntries,
  Egress,
  KeyDirectory,
  KeyMaker,
  Link,
  LinkQuota,
  LinkStatus,
  Log,
  Mailboxes,
  MessageLog,
  NodeBus,
  SecretVault,
  Sessions,
  TenantDirectory,
  Tenants,
  TenantTokenSettings,
  TokenMinter,
  Topics,
  WebhookDirectory,
} from '@vestnik/core';

/** One setting of this node as it took effect. The value of a secret one is never answered. */
export interface EffectiveSetting {
  readonly name: string;
  readonly value: unknown;
  /** Where it came from: `default`, `environment`, `file` … */
  readonly source?: string;
  readonly description?: string;
  readonly secret: boolean;
}

/** Everything that management works through. */
export interface ManagementPorts {
  readonly directory: TenantDirectory;
  readonly tenants: Tenants;
  readonly tokenSettings: TenantTokenSettings;
  readonly keys: KeyDirectory;
  readonly keyMaker: KeyMaker;
  readonly authenticator: Authenticator;
  readonly minter: TokenMinter;
  readonly mailboxes: Mailboxes;
  readonly sessions: Sessions;
  readonly webhooks: WebhookDirectory;
  readonly links: ManagedLinks;
  /** A webhook has changed: whoever serves webhooks on this node looks at once. */
  readonly webhookChanged: () => Promise<void>;
  readonly vault: Pick<SecretVault, 'set' | 'get' | 'delete'>;
  readonly egress: Pick<Egress, 'check'>;
  readonly topics: ManagedTopics;
  readonly messageLog: ManagedLog;
  readonly committed: CommittedEntries;
  readonly signIn: AdministratorSignIn;
  readonly accounts: AdministratorAccounts;
  readonly audit: AuditTrail;
  readonly bus: NodeBus;
  readonly clock: Clock;
  /** Where bugs are written. */
  readonly log: Pick<Log, 'error'>;
  /** The name of this installation. */
  readonly installation: string;
  /** How others reach it: `https://bus.example.com`. */
  readonly publicUrl: string;
  readonly settings: readonly EffectiveSetting[];
}

/** A link with how it goes. Times are milliseconds since 1970. */
export interface ManagedLink {
  readonly link: Link;
  /** The other side's link keys that count. */
  readonly keys: readonly ManagedLinkKey[];
  /** How it is connected, as the node that holds it has told last. */
  readonly status?: LinkStatus;
  /** What waits for the other side, and for all that are reached through it. */
  readonly queue: { readonly messages: number; readonly bytes: number; readonly oldestAt?: number };
  /** Messages a second, over the last minute; absent where no node has told. */
  readonly rate?: { readonly in: number; readonly out: number };
  /** In which the numbers of its outbox are drawn now. */
  readonly epoch?: number;
}

export interface ManagedLinkKey {
  readonly key: string;
  readonly expiresAt: number;
}

/** Links to other installations, as administrators see and change them. Whatever changes the directory has been told to all nodes when it resolves. */
export interface ManagedLinks {
  list(): Promise<ManagedLink[]>;
  find(id: string): Promise<ManagedLink | undefined>;
  /** @returns one word to paste at the other side; it is not shown again */
  invite(): Promise<{ readonly invite: string; readonly expiresAt: number }>;
  /** @throws Problem `request-invalid`, `conflict`, `unavailable` */
  accept(invite: string, name?: string): Promise<ManagedLink>;
  /** @returns undefined where there is no such link, as of the next ones. @throws Problem `conflict` where the name is taken */
  confirm(id: string, name?: string): Promise<ManagedLink | undefined>;
  /** @throws Problem `conflict` where the link is not confirmed by both sides */
  pause(id: string): Promise<ManagedLink | undefined>;
  /** Also one that broke the rules and from which nothing was taken any more. @throws Problem `conflict` as above */
  resume(id: string): Promise<ManagedLink | undefined>;
  setTransit(id: string, allow: boolean): Promise<ManagedLink | undefined>;
  setQuota(id: string, quota: LinkQuota): Promise<ManagedLink | undefined>;
  /** What waits for it is refused. @returns whether there was one */
  remove(id: string): Promise<boolean>;
  /** The link keys of this installation; nothing is made by asking: `id` is undefined where links were never used. */
  keys(): Promise<{ readonly id?: string; readonly keys: readonly ManagedLinkKey[] }>;
  /** Makes a new key; the one before it counts until it expires. */
  rotateKeys(): Promise<{ readonly id: string; readonly keys: readonly ManagedLinkKey[] }>;
  /** @returns undefined where there is no such key */
  revokeKey(key: string): Promise<{ readonly id: string; readonly keys: readonly ManagedLinkKey[] } | undefined>;
}

/** The part of the log that management looks at. */
export type ManagedLog = Pick<MessageLog, 'head' | 'countWaiting' | 'listDeadLetters' | 'replayDeadLetter' | 'deleteDeadLetter'>;

/** The part of topics that backends and administrators use. */
export type ManagedTopics = Pick<Topics, 'list' | 'subscribers' | 'ofClient' | 'subscribeClient' | 'unsubscribeClient'>;

/** Tokens for injection, one for each port. */
export const PORT: { readonly [Name in keyof ManagementPorts]: symbol } = {
  directory: Symbol('TenantDirectory'),
  tenants: Symbol('Tenants'),
  tokenSettings: Symbol('TenantTokenSettings'),
  keys: Symbol('KeyDirectory'),
  keyMaker: Symbol('KeyMaker'),
  authenticator: Symbol('Authenticator'),
  minter: Symbol('TokenMinter'),
  mailboxes: Symbol('Mailboxes'),
  sessions: Symbol('Sessions'),
  webhooks: Symbol('WebhookDirectory'),
  links: Symbol('ManagedLinks'),
  webhookChanged: Symbol('webhookChanged'),
  vault: Symbol('SecretVault'),
  egress: Symbol('Egress'),
  topics: Symbol('Topics'),
  messageLog: Symbol('MessageLog'),
  committed: Symbol('CommittedEntries'),
  signIn: Symbol('AdministratorSignIn'),
  accounts: Symbol('AdministratorAccounts'),
  audit: Symbol('AuditTrail'),
  bus: Symbol('NodeBus'),
  clock: Symbol('Clock'),
  log: Symbol('Log'),
  installation: Symbol('installation'),
  publicUrl: Symbol('publicUrl'),
  settings: Symbol('settings'),
};
