import type { LogEntry, Mailbox, MessageEntry } from '@vestnik/core';
import type { RecipientState } from '@vestnik/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Stage } from './stage.js';

/** What the model knows of one message. */
interface Modelled {
  readonly entry: MessageEntry;
  readonly to: 'anna' | 'boris';
  readonly collapseKey?: string;
  readonly expiresAt: number;
  state: RecipientState;
}

/** The life of messages, told in the plainest way: two clients, whose messages end once each. */
class Model {
  readonly messages: Modelled[] = [];
  readonly acknowledged = { anna: 0, boris: 0 };
  time = 0;

  end(message: Modelled, state: RecipientState): void {
    if (message.state === 'queued' || (message.state === 'acknowledged' && state === 'read')) message.state = state;
  }

  waiting(client: 'anna' | 'boris'): string[] {
    // An acknowledgement moves where a client resumes; here all is read from the start.
    const open = this.messages.filter(({ to, state, expiresAt }) => to === client && expiresAt > this.time && (state === 'queued' || state === 'acknowledged'));
    return open.map(({ entry }) => entry.message.id);
  }
}

interface Real {
  readonly stage: Stage;
  readonly sender: Mailbox;
  readonly clients: Readonly<Record<'anna' | 'boris', Mailbox>>;
}

type Step =
  | { readonly kind: 'send'; readonly to: 'anna' | 'boris'; readonly collapseKey?: string; readonly ttl?: number }
  | { readonly kind: 'acknowledge'; readonly client: 'anna' | 'boris'; readonly nth: number; readonly device: string }
  | { readonly kind: 'end'; readonly nth: number; readonly state: 'read' | 'refused' }
  | { readonly kind: 'withdraw'; readonly nth: number }
  | { readonly kind: 'expire'; readonly seconds: number };

const client = fc.constantFrom('anna' as const, 'boris' as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      to: client,
      collapseKey: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      ttl: fc.option(fc.constantFrom(50, 5_000), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('acknowledge' as const), client, nth: fc.nat(20), device: fc.constantFrom('', 'phone') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), nth: fc.nat(20), state: fc.constantFrom('read' as const, 'refused' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), nth: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const), seconds: fc.constantFrom(1, 100) }) },
);

async function take(model: Model, { stage, sender, clients }: Real, step: Step): Promise<void> {
  const nth = 'nth' in step ? model.messages[step.nth % Math.max(model.messages.length, 1)] : undefined;
  switch (step.kind) {
    case 'send': {
      const { to, collapseKey, ttl } = step;
      const [entry] = (await stage.send(sender, clients[to], { collapseKey, ttl, receipt: true })) as [MessageEntry];
      if (collapseKey !== undefined) {
        const older = model.messages.findLast((message) => message.to === to && message.collapseKey === collapseKey);
        if (older !== undefined) model.end(older, 'collapsed');
      }
      model.messages.push({ entry, to, collapseKey, expiresAt: model.time + (ttl ?? 7 * 24 * 3600), state: 'queued' });
      return;
    }
    case 'acknowledge': {
      if (nth === undefined || nth.to !== step.client) return;
      await stage.acknowledge(clients[step.client], nth.entry.position, step.device);
      for (const message of model.messages) if (message.to === step.client && message.entry.position <= nth.entry.position) model.end(message, 'acknowledged');
      return;
    }
    case 'end': {
      if (nth === undefined) return;
      model.end(nth, step.state);
      const { states } = await stage.end(nth.entry, step.state);
      expect(states).toEqual([nth.state]);
      return;
    }
    case 'withdraw': {
      if (nth === undefined) return;
      model.end(nth, 'withdrawn');
      const done = await stage.log.withdraw(sender.tenantId, sender.id, nth.entry.message.id);
      expect(done?.outcome.recipients.map(({ state }) => state)).toEqual([nth.state]);
      return;
    }
    case 'expire': {
      await stage.store.passTime(step.seconds * 1000);
      model.time += step.seconds;
      for (let more = true; more; ) more = (await stage.log.expireDue(50)).more;
      for (const message of model.messages) if (message.expiresAt <= model.time) model.end(message, 'expired');
    }
  }
}

export function messageLifeContract(stage: () => Stage, numRuns: number): void {
  it('ends every message once, and replays what has not ended, whatever happens in whatever order', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const tenant = await stage().tenant();
        const clients = { anna: await stage().client(tenant, 'anna'), boris: await stage().client(tenant, 'boris') };
        const real: Real = { stage: stage(), sender: await stage().client(tenant, 'server'), clients };
        const model = new Model();
        for (const step of steps) await take(model, real, step);

        for (const name of ['anna', 'boris'] as const) {
          const entries = await stage().waitingFor(clients[name]);
          expect(entries.filter((entry) => entry.kind === 'message').map(({ message }) => message.id)).toEqual(model.waiting(name));
        }
        const told: RecipientState[] = [];
        for (const { entry } of model.messages) {
          const [recipient] = (await stage().log.outcome(tenant.id, entry.message.id))?.recipients ?? [];
          told.push(recipient?.state as RecipientState);
        }
        expect(told).toEqual(model.messages.map(({ state }) => state));
        const receipts = await stage().receipts(real.sender);
        for (const { entry, state } of model.messages) {
          const states = receipts.filter(({ id }) => id === entry.message.id).map((receipt) => receipt.state);
          const allowed = state === 'queued' ? [[]] : state === 'read' ? [['read'], ['acknowledged', 'read']] : [[state]];
          expect(allowed).toContainEqual(states);
        }
        expectUnbroken(await stage().whole(tenant));
      }),
      { numRuns },
    );
  });
}

function expectUnbroken(entries: readonly LogEntry[]): void {
  expect(entries.map(({ previous }) => previous)).toEqual([0, ...entries.map(({ position }) => position)].slice(0, entries.length));
}
