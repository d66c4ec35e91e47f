import type { Methods, Presence } from '@vestnik/protocol';
import { asError } from './events.js';
import type { RpcChannel } from './rpc-channel.js';
import { VestnikError } from './vestnik-error.js';

type Request = <Method extends keyof Methods>(method: Method, params: Methods[Method]['params']) => Promise<Methods[Method]['result']>;

interface PresenceParts {
  readonly request: Request;
  /** Told of what a watched client is now. */
  readonly changed: (presence: Presence) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Presence: one's own, and that of others.
 *
 * A status and watches belong to a session. This keeps them over sessions: a new one is given the same
 * status, watches the same clients, and tells what they are now, because a change in between was told to nobody.
 */
export class ClientPresence {
  private readonly watched = new Set<string>();
  private told: string | undefined;
  private own: { readonly status: string; readonly text?: string } | undefined;

  constructor(
    private readonly parts: PresenceParts,
    status?: string,
  ) {
    if (status !== undefined) this.own = { status };
  }

  /** Says how this client is: `available`, `busy`, `away`, or a word of the application's own. Kept for the sessions that follow. */
  async set(status: string, text?: string): Promise<void> {
    this.own = text === undefined ? { status } : { status, text };
    await this.parts.request('presence.set', this.own);
  }

  /** How clients are now. */
  async get(clients: string | readonly string[]): Promise<Presence[]> {
    return (await this.parts.request('presence.get', { clients: listOf(clients) })).clients;
  }

  /** How clients are now; changes come as `presence` events, until they are unwatched. */
  async watch(clients: string | readonly string[]): Promise<Presence[]> {
    const names = listOf(clients);
    const { clients: found } = await this.parts.request('presence.watch', { clients: names });
    for (const name of names) this.watched.add(name);
    return found;
  }

  async unwatch(clients: string | readonly string[]): Promise<void> {
    const names = listOf(clients);
    for (const name of names) this.watched.delete(name);
    await this.parts.request('presence.unwatch', { clients: names });
  }

  /** A new session. */
  attach(channel: RpcChannel): void {
    const { own, watched } = this;
    // It knows what it was opened with: a status alone.
    if (own !== undefined && (own.text !== undefined || own.status !== this.told)) this.settle(channel.request('presence.set', own));
    if (watched.size === 0) return;
    this.settle(
      channel.request('presence.watch', { clients: [...watched] }).then((answer) => {
        for (const presence of (answer as { clients: Presence[] }).clients) this.parts.changed(presence);
      }),
    );
  }

  /** The status with which the next session is opened. */
  status(): string | undefined {
    this.told = this.own?.status;
    return this.told;
  }

  private settle(answer: Promise<unknown>): void {
    answer.catch((error: unknown) => {
      // The next session tries again.
      if (!(error instanceof VestnikError && error.slug === 'disconnected')) this.parts.failed(asError(error));
    });
  }
}

function listOf(names: string | readonly string[]): string[] {
  return typeof names === 'string' ? [names] : [...names];
}
