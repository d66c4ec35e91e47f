import type { Session } from '../delivery/session.js';
import type { Clock } from '../ports/clock.js';
import type { SessionRegistry } from './session-registry.js';

/** Other nodes hear of it so soon after. */
const TELL_MS = 1_000;

/** What programs send without anybody's doing: it does not say at which session a person sits. */
const BY_ITSELF: ReadonlySet<string> = new Set(['ack', 'refuse', 'refresh', 'ping']);

/**
 * Which session of a client last sent anything of its own: that one is called.
 *
 * On its own node it is known at once; other nodes are told within a second or so, and only of clients that have
 * several sessions.
 */
export class Activity {
  private readonly untold = new Set<Session>();
  private gathering = false;

  constructor(
    private readonly sessions: SessionRegistry,
    private readonly clock: Clock,
  ) {}

  /** A session has called a method. */
  called(session: Session, method: string): void {
    if (BY_ITSELF.has(method)) return;
    session.activeAt = this.clock.now();
    if (this.sessions.count(session.mailbox.id) < 2) return;
    this.untold.add(session);
    if (this.gathering) return;
    this.gathering = true;
    this.clock.after(TELL_MS, () => this.tell());
  }

  private tell(): void {
    this.gathering = false;
    for (const session of this.untold) if (session.alive) this.sessions.update(session.session, { activeAt: session.activeAt });
    this.untold.clear();
  }
}
