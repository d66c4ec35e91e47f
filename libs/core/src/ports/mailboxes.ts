import type { Page, PageRequest } from './directory.js';

/** The part of a tenant's log that is addressed to one client, to one topic, or to everyone. */
export interface Mailbox {
  readonly id: number;
  readonly tenantId: number;
  readonly kind: 'client' | 'topic' | 'everyone';
  /** Of a client or topic; empty for everyone. */
  readonly name: string;
  /** The tenant's last position when it became known: what everyone was sent before is not for it. */
  readonly since: number;
  /** Tokens issued before are refused; milliseconds since 1970. */
  readonly revokedBefore?: number;
}

export interface ClientRecord extends Mailbox {
  readonly title?: string;
  readonly createdAt: number;
  /** When it was seen last, as {@link Mailboxes.lastSeen}. */
  readonly seenAt?: number;
  readonly devices: readonly DeviceRecord[];
}

export interface DeviceRecord {
  /** Empty: the position that sessions without a device share. */
  readonly device: string;
  readonly acknowledged: number;
  readonly delivered: number;
  /** When its cursor last moved; milliseconds since 1970. */
  readonly at: number;
}

/**
 * Clients and topics by name. A client is known from its first token, connection or message.
 * Ids never change hands: a client that was forgotten and comes back gets a new one.
 */
export interface Mailboxes {
  /** What the node remembers, without waiting. */
  cached(tenantId: number, kind: Mailbox['kind'], name: string): Mailbox | undefined;
  find(tenantId: number, kind: Mailbox['kind'], names: readonly string[]): Promise<(Mailbox | undefined)[]>;
  /** Finds or makes them. `known` says whether it was there before. */
  ensure(tenantId: number, kind: Mailbox['kind'], names: readonly string[]): Promise<{ mailbox: Mailbox; known: boolean }[]>;
  byId(id: number): Promise<Mailbox | undefined>;

  /** Keeps when clients were seen last; never an earlier time than is known. */
  seen(sights: readonly { readonly id: number; readonly at: number }[]): Promise<void>;
  /** When clients were seen last, where that is known: when their last session ended, or a position of theirs moved since. */
  lastSeen(ids: readonly number[]): Promise<Map<number, number>>;

  listClients(tenantId: number, page: PageRequest & { search?: string }): Promise<Page<ClientRecord>>;
  findClient(tenantId: number, name: string): Promise<ClientRecord | undefined>;
  setTitle(tenantId: number, name: string, title: string | undefined): Promise<boolean>;
  /** Refuses all tokens that were issued before now. */
  revoke(tenantId: number, name: string): Promise<boolean>;
  /** Forgets the client: its cursors go, and the data of its messages is overwritten. */
  forget(tenantId: number, name: string): Promise<boolean>;
}
