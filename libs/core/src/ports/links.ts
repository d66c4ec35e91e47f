/**
 * `pending`: not confirmed by both sides yet, nothing is exchanged but that. `active`: messages go both ways. `paused`: it stays
 * connected, what is sent waits in the outbox, and what comes is not taken.
 */
export type LinkState = 'pending' | 'active' | 'paused';

/** How much may wait for the other side of a link before more is refused. */
export interface LinkQuota {
  /** Messages. */
  readonly rows: number;
  readonly bytes: number;
}

export const LINK_QUOTA: LinkQuota = { rows: 1_000_000, bytes: 1024 * 1024 * 1024 };

/** The connection to a neighbour: an installation that was paired with this one. */
export interface Link {
  /** The neighbour's installation id. */
  readonly id: string;
  /** What this installation calls it: one label. */
  readonly name: string;
  /** What it calls itself: a suggestion. */
  readonly proposedName: string;
  readonly state: LinkState;
  /** Where it can be dialled, `https://bus.example.com`; absent: only it can dial. */
  readonly url?: string;
  /** Its root Ed25519 public key, 32 bytes. */
  readonly rootKey: Uint8Array;
  /** The newest list of its link keys that it has signed; see the federation's `KeyList`. JSON text. */
  readonly keys: string;
  readonly confirmedHere: boolean;
  readonly confirmedThere: boolean;
  /** The six words that both administrators see. */
  readonly words: string;
  /** Whether this neighbour may reach our other neighbours through us, and they it: both need it. */
  readonly transit: boolean;
  readonly quota: LinkQuota;
  /** Why nothing is taken from it any more, though it is linked: it broke the rules. */
  readonly quarantined?: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export type NewLink = Omit<Link, 'createdAt' | 'quarantined'>;
export type LinkChange = Partial<Pick<Link, 'name' | 'state' | 'url' | 'keys' | 'confirmedHere' | 'confirmedThere' | 'transit' | 'quota'>> & {
  /** `null` takes it back. */
  readonly quarantined?: string | null;
};

/** An invitation to a link that was not used yet. The secret itself is not kept. */
export interface LinkInvite {
  /** SHA-256 of the word by which it is looked up, in hex: what is sent of the secret in the clear leads to nothing else. */
  readonly lookup: string;
  /** What the secret proves by HMAC; it stands in the vault, not here. */
  readonly expiresAt: number;
  readonly triesLeft: number;
}

/** An installation that addresses lead to: a neighbour, or one behind a neighbour. */
export interface Remote {
  /** Small and local to this installation. */
  readonly id: number;
  /** Its installation id. */
  readonly installation: string;
  /** How addresses here write it, nearest last: `['branch-9', 'hq']`. */
  readonly path: readonly string[];
  /** The neighbour through which it is reached: a link's id; of a neighbour its own. */
  readonly via: string;
  /** Other neighbours that say that it lies behind them. */
  readonly alsoVia?: readonly string[];
  /** That neighbour does not name it any more, nor does another one: it stays known, and is not told on. */
  readonly withdrawn?: true;
  /** Of one behind a neighbour: the newest list of its link keys that was seen; see {@link Link.keys}. */
  readonly keys?: string;
}

/** So many installations become known behind one neighbour. */
export const BEHIND_MAX = 1_000;

/** What stands in the store about links: few rows that change seldom. Every change moves the directory's version. */
export interface LinkDirectory {
  links(): Promise<Link[]>;
  /** @throws Problem `conflict` where the name or the id is taken. Makes the neighbour's {@link Remote} too. */
  add(link: NewLink): Promise<Link>;
  /**
   * One that is pending becomes active with the second confirmation, whichever comes first.
   *
   * @returns undefined where there is no such link. @throws Problem `conflict` where the name is taken
   */
  change(id: string, change: LinkChange): Promise<Link | undefined>;
  /**
   * Removes a link, its neighbour, and all that is reached through it alone. What waits for them is refused, with its receipts; those
   * that another neighbour names too are reached through that one from now on, and what waits for them goes there.
   * @returns whether there was one
   */
  remove(id: string): Promise<boolean>;

  remotes(): Promise<Remote[]>;
  /**
   * Makes known what a neighbour says lies behind it: all that it names now. Those it names no more stay, as somebody may have
   * written to them.
   *
   * The way to an installation changes only where the neighbour that it leads through does not name it any more, or is removed, and
   * another one does: then to the one with the shortest path, of those to the one with the smallest id. Its number, and what waits
   * for it, stay. A neighbour is never reached through another one.
   *
   * @param behind paths as the neighbour says them, without its own name; nearest last; of two of one installation the first counts
   * @returns the paths that were refused, with dots: another installation had them before, or there are more than {@link BEHIND_MAX}
   */
  learn(via: string, behind: readonly { readonly installation: string; readonly path: readonly string[] }[]): Promise<string[]>;

  /**
   * Keeps a newer list of the link keys of a remote.
   *
   * @param before the one that it is newer than
   * @returns false where another one stands there: it was written meanwhile
   */
  noteKeys(installation: string, before: string | undefined, keys: string): Promise<boolean>;

  addInvite(invite: LinkInvite): Promise<void>;
  /** Takes one try of an invite that has not expired; @returns undefined where there is none left. */
  tryInvite(lookup: string, now: number): Promise<LinkInvite | undefined>;
  /** It is used, or taken back. @returns whether it was there: of two that use it at once one does */
  deleteInvite(lookup: string): Promise<boolean>;
  /** Deletes what has expired. @returns their lookups */
  expireInvites(now: number): Promise<string[]>;
}
