/**
 * What nodes of one installation tell each other. Everything here may be lost, repeated or late: the log is
 * the truth, and every node also polls.
 */
export interface NodeBus {
  /** This node's own name among the nodes: random, new at every start. */
  readonly nodeId: string;
  /** Tells all other nodes; returns at once. */
  publish(message: NodeMessage): void;
  /** Called for each message of another node, in the order in which that node published. */
  subscribe(receive: (message: NodeMessage, fromNode: string) => void): void;
  /** How many other nodes have been heard of lately. With none, nothing need be published. */
  others(): number;
  /** Called when a node was not heard of for too long, or said goodbye. */
  onNodeGone(gone: (nodeId: string) => void): void;
  onNodeJoined(joined: (nodeId: string) => void): void;
}

/** What a session is, told to other nodes so that they can count and list it. */
export interface SessionSummary {
  readonly session: string;
  readonly clientId: number;
  /** Name of the client. */
  readonly client: string;
  readonly tenantId: number;
  readonly device?: string;
  readonly transport: string;
  readonly app?: string;
  /** The client's own word for it, by which HTTP calls name it. */
  readonly word?: string;
  readonly status?: string;
  readonly text?: string;
  /** When the status was set; milliseconds since 1970. */
  readonly statusAt?: number;
  /** When it last sent anything of its own, as far as other nodes were told; milliseconds since 1970. */
  readonly activeAt?: number;
  readonly address?: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Since when its client was online without a break, where that is longer; milliseconds since 1970. */
  readonly onlineSince?: number;
}

export type NodeMessage =
  /** The tenants' logs have grown to these positions. */
  | { readonly kind: 'grown'; readonly heads: readonly (readonly [tenantId: number, position: number])[] }
  /** A transient message for mailboxes, or for single sessions. */
  | {
      readonly kind: 'transient';
      readonly tenantId: number;
      readonly mailboxId: number;
      readonly session?: string;
      readonly params: string;
      readonly contentType?: string;
      /** Of a message to a topic: its name. */
      readonly topic?: string;
    }
  /** A call for sessions of one node; `params` is JSON text. */
  | { readonly kind: 'call'; readonly node: string; readonly id: string; readonly sessions: readonly string[]; readonly params: string }
  /** What a called session answered: JSON text of the result, or of the error; or why it will not answer. */
  | {
      readonly kind: 'call-answer';
      readonly id: string;
      readonly session: string;
      readonly result?: string;
      readonly error?: string;
      readonly lost?: 'gone' | 'choked';
    }
  /** Nobody waits any more for what sessions of one node may answer to a call. */
  | { readonly kind: 'call-cancel'; readonly node: string; readonly id: string; readonly sessions: readonly string[] }
  /** A method that came by HTTP, for a session of another node; `params` is JSON text. */
  | {
      readonly kind: 'session-call';
      readonly id: string;
      readonly session: string;
      readonly method: string;
      readonly params?: string;
      readonly answered: boolean;
    }
  /** What came of it: JSON text of the result, or of a problem. */
  | { readonly kind: 'session-answer'; readonly id: string; readonly result?: string; readonly problem?: string }
  | { readonly kind: 'sessions'; readonly opened: readonly SessionSummary[]; readonly closed: readonly string[] }
  /** All sessions of the sending node: whatever else was known of it is out of date. */
  | { readonly kind: 'all-sessions'; readonly part: number; readonly sessions: readonly SessionSummary[] }
  /** A session is to be closed, on whichever node it is. */
  | { readonly kind: 'close-session'; readonly session: string; readonly slug: string }
  /** All links that the sending node holds now: what it held before and does not name is not reached through it any more. */
  | { readonly kind: 'line-reach'; readonly links: readonly string[] }
  /** Something to ask of another installation, for the node that holds its link; `params` is JSON text. */
  | {
      readonly kind: 'line-ask';
      readonly node: string;
      readonly id: string;
      readonly remoteId: number;
      readonly method: string;
      readonly params: string;
      readonly timeoutMs: number;
    }
  /** What came of it, for the node that asked: JSON text of the result, or of a problem as it crosses a line. */
  | { readonly kind: 'line-reply'; readonly node: string; readonly id: string; readonly result?: string; readonly problem?: string }
  /** Nobody waits for it any more. */
  | { readonly kind: 'line-drop'; readonly node: string; readonly id: string }
  /** Something to tell another installation, for the node that holds its link. */
  | { readonly kind: 'line-tell'; readonly node: string; readonly remoteId: number; readonly method: string; readonly params: string }
  /** Another installation has told how clients are that sessions of this node watch; `params` is JSON text. */
  | { readonly kind: 'presence-changed'; readonly node: string; readonly remoteId: number; readonly params: string }
  /** Something waits for another installation: whoever has the link to it looks. */
  | { readonly kind: 'outbox-grown'; readonly remoteId: number }
  /** Something that every other node is asked of itself; `params` is JSON text. */
  | { readonly kind: 'question'; readonly id: string; readonly what: string; readonly params: string }
  /** What it says, for the node that asked: JSON text. */
  | { readonly kind: 'answer'; readonly node: string; readonly id: string; readonly answer: string }
  /** Somebody watches what happens, or goes on to; `filter` is JSON text. */
  | { readonly kind: 'watch'; readonly id: string; readonly filter: string }
  | { readonly kind: 'watch-end'; readonly id: string }
  /** What was seen, for the node at which somebody watches: JSON text. */
  | { readonly kind: 'seen'; readonly node: string; readonly id: string; readonly seen: string }
  /** A client has lost a connection. */
  | { readonly kind: 'client-dropped'; readonly clientId: number; readonly at: number; readonly reason: 'too-slow' | 'broken' }
  /** Failed tries of an administrator to sign in are forgotten. */
  | { readonly kind: 'administrator-unlocked'; readonly name: string }
  /** A webhook was set, paused, resumed or removed: whoever serves webhooks looks at once. */
  | { readonly kind: 'webhook-changed' }
  /** Tenants, keys or revocations have changed. */
  | { readonly kind: 'directory-changed' };
