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
