import type { Principal } from '@vestnik/core';
import { type InboxQuery, inboxQuerySchema, LIMITS, parseWith, queryFields } from '@vestnik/protocol';
import { type Edge, toProblem } from '../edge.js';
import { type ClientRequest, listenerOf, pollWord } from '../http-clients/client-request.js';
import { answerJson, answerProblem } from '../rest/answer.js';
import { PollSession } from './poll-session.js';

/** `GET …/inbox`: the sessions of this node that live from poll to poll. */
export class Polls {
  private readonly sessions = new Map<string, PollSession>();

  constructor(private readonly edge: Edge) {}

  async answer(asked: ClientRequest): Promise<void> {
    const { request, response, query } = asked;
    response.setHeader('referrer-policy', 'no-referrer');
    try {
      const principal = await listenerOf(this.edge, asked);
      const wishes = parseWith(inboxQuerySchema, queryFields(query), 'request-invalid');
      const { after, ack, limit = LIMITS.pageItemsDefault, wait = 0, idle = LIMITS.pollIdleSeconds } = wishes;
      if (after !== undefined) this.edge.delivery.epochs.read(after, 'after');
      const address = this.edge.addressOf(request);
      const poll = await this.sessionFor(principal, wishes, address);
      // The cursor moves before the page is asked for, since that makes room; the disk is waited for beside it, so that a client
      // that was answered and goes to another node finds acknowledged what it has acknowledged.
      const acknowledged = after === undefined || ack === 'none' || !principal.scopes.has('receive') ? undefined : poll.live?.ack(after, true);
      const { page, leave } = poll.ask(after, limit, wait * 1_000);
      response.once('close', () => leave(idle * 1_000));
      if (response.destroyed) leave(idle * 1_000);
      const [text] = await Promise.all([page, acknowledged]);
      answerJson(response, 200, text);
    } catch (error) {
      answerProblem(request, response, toProblem(error, this.edge.log, 'GET /inbox'));
    }
  }

  /** The session that these polls have, where they go on from its last page; else a new one, which takes over from it. */
  private async sessionFor(principal: Principal, wishes: InboxQuery, address: string | undefined): Promise<PollSession> {
    const { delivery, clock } = this.edge;
    const { after, session: named, device, status, window, maxData, app } = wishes;
    const word = named ?? pollWord(device);
    const key = JSON.stringify([principal.tenant.id, principal.client, word]);
    const options = { device, status, window, maxData, app };
    const wish = JSON.stringify(options);
    const known = this.sessions.get(key);
    const live = known?.live;
    // Who may not receive is not given what was gathered for one who may.
    const same = known?.options.wishes === wish && (live?.feed !== undefined) === principal.scopes.has('receive');
    if (known !== undefined && live !== undefined && same && after !== undefined && known.position === after) {
      // A newer token is told of when it ends in its turn; the same one has been.
      if (live.principal.expiresAt !== principal.expiresAt) live.adopt(principal);
      else live.principal = principal;
      return known;
    }
    const poll = new PollSession(clock, {
      wishes: wish,
      given: after,
      format: (position) => delivery.epochs.format(position),
      onEnd: () => {
        if (this.sessions.get(key) === poll) this.sessions.delete(key);
      },
    });
    const opened = await delivery.open(principal, { ...options, position: after, word, transport: 'long-poll', address }, poll);
    poll.begin(opened);
    if (poll.live !== undefined) this.sessions.set(key, poll);
    return poll;
  }
}
