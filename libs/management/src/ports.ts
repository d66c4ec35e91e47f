import type {
  AdministratorAccounts,
  AdministratorSignIn,
  AuditTrail,
  Authenticator,
  ClientBrowser,
  Clock,
  CommittedEntries,
  DeadLetterBrowsing,
  Diagnosing,
  Egress,
  Epochs,
  KeyDirectory,
  KeyMaker,
  Link,
  LinkQuota,
  LinkStatus,
  Log,
  Mailboxes,
  MessageBrowser,
  MessageLog,
  NodeBus,
  Observatory,
  OidcSignIn,
  ScheduledBrowsing,
  SecretVault,
  Sessions,
  StoreAttention,
  StoreFigures,
  TenantDirectory,
  Tenants,
  TenantTokenSettings,
  TenantUsage,
  TokenMinter,
  TopicBrowsing,
  Topics,
  WebhookBrowsing,
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
  /** Absent where there is none, or where it depends on others. */
  readonly default?: unknown;
  /** Whether it was set to something else than the default. */
  readonly differs?: boolean;
  readonly group?: string;
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
  /** Says why one address cannot reach another. */
  readonly diagnosing: Pick<Diagnosing, 'diagnose'>;
  /** A webhook has changed: whoever serves webhooks looks at once, this node before it resolves. */
  readonly webhookChanged: () => Promise<void>;
  readonly vault: Pick<SecretVault, 'set' | 'get' | 'delete'>;
  readonly egress: Pick<Egress, 'check'>;
  readonly topics: ManagedTopics;
  /** Across tenants. */
  readonly deadLetterBrowsing: DeadLetterBrowsing;
  readonly scheduledBrowsing: ScheduledBrowsing;
  readonly webhookBrowsing: WebhookBrowsing;
  readonly topicBrowsing: TopicBrowsing;
  readonly usage: TenantUsage;
  readonly messageLog: ManagedLog;
  readonly committed: CommittedEntries;
  readonly observatory: ManagedObservatory;
  readonly attention: StoreAttention;
  readonly clientBrowser: ClientBrowser;
  readonly messageBrowser: MessageBrowser;
  /** Positions as clients see them. */
  readonly positions: ManagedPositions;
  readonly storeFigures: () => Promise<StoreFigures>;
  /** Whether this node runs its own Postgres. */
  readonly embeddedStore: boolean;
  readonly signIn: AdministratorSignIn;
  readonly accounts: AdministratorAccounts;
  /** Signing in by an OpenID provider, where there is one. */
  readonly oidc: { readonly signIn?: OidcSignIn };
  readonly audit: AuditTrail;
  readonly bus: NodeBus;
  readonly clock: Clock;
  /** Where bugs are written. */
  readonly log: Pick<Log, 'error'>;
  /** The name of this installation. */
  readonly installation: string;
  /** Of this program. */
  readonly version: string;
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
  /** How addresses here write the installations that are reached through it; absent: it is no hub for us. */
  readonly behind?: readonly string[];
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

/** What the nodes tell of themselves. */
export type ManagedObservatory = Pick<Observatory, 'figures' | 'nodes' | 'calls' | 'watch' | 'droppedClients'>;

/** The part of the log that management looks at. */
export type ManagedLog = Pick<
  MessageLog,
  | 'head'
  | 'countWaiting'
  | 'listDeadLetters'
  | 'replayDeadLetter'
  | 'deleteDeadLetter'
  | 'findDeadLetter'
  | 'replayDeadLetters'
  | 'deleteDeadLetters'
  | 'countDeadLetters'
  | 'countUnacknowledged'
  | 'outcome'
  | 'recipients'
  | 'withdraw'
>;

/** How positions are written and read. */
export type ManagedPositions = Pick<Epochs, 'format' | 'read'>;

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
  diagnosing: Symbol('Diagnosing'),
  webhookChanged: Symbol('webhookChanged'),
  vault: Symbol('SecretVault'),
  egress: Symbol('Egress'),
  topics: Symbol('Topics'),
  deadLetterBrowsing: Symbol('DeadLetterBrowsing'),
  scheduledBrowsing: Symbol('ScheduledBrowsing'),
  webhookBrowsing: Symbol('WebhookBrowsing'),
  topicBrowsing: Symbol('TopicBrowsing'),
  usage: Symbol('TenantUsage'),
  messageLog: Symbol('MessageLog'),
  committed: Symbol('CommittedEntries'),
  observatory: Symbol('Observatory'),
  attention: Symbol('StoreAttention'),
  clientBrowser: Symbol('ClientBrowser'),
  messageBrowser: Symbol('MessageBrowser'),
  positions: Symbol('Epochs'),
  storeFigures: Symbol('storeFigures'),
  embeddedStore: Symbol('embeddedStore'),
  signIn: Symbol('AdministratorSignIn'),
  accounts: Symbol('AdministratorAccounts'),
  oidc: Symbol('OidcSignIn'),
  audit: Symbol('AuditTrail'),
  bus: Symbol('NodeBus'),
  clock: Symbol('Clock'),
  log: Symbol('Log'),
  installation: Symbol('installation'),
  version: Symbol('version'),
  publicUrl: Symbol('publicUrl'),
  settings: Symbol('settings'),
};
