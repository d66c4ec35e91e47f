import { Audience } from './audience.js';
import { CertainOrder } from './certain-order.js';
import type { Attempt, Observation, Receipt } from './observation.js';

/** What the checker counts. {@link FAULTS} names those that are faults of the bus. */
export interface Counts {
  /** Messages that were tried to send, however often. */
  readonly attempted: number;
  /** Messages that the bus said it had taken. */
  readonly accepted: number;
  /** Messages of which the bus said, at last, that it had not taken them. */
  readonly refused: number;
  /** Messages handed to clients, each recipient counted, repeats not. */
  readonly received: number;
  /** Never answered, and yet they arrived: allowed, and good. */
  readonly recovered: number;
  /** Accepted, and never handed to a recipient that it was accepted for. */
  readonly lost: number;
  /** Handed to one life of an application a second time, under the same id or another. */
  readonly seenTwice: number;
  /** Handed over a second time within one session. */
  readonly repeatedInSession: number;
  /** Handed to a session that began after its acknowledgement had been answered. */
  readonly afterAcknowledgement: number;
  /** Handed over after another message of the same sender to the same address that was certainly accepted later. */
  readonly outOfOrder: number;
  /** Never sent, refused, to somebody else, in another tenant, from somebody else, or under another id than before. */
  readonly unexpected: number;
  /** Handed over again, to a later session, without `redelivered`: no fault, as the mark is lost with a node that is killed. */
  readonly unmarked: number;
}

export interface Verdict {
  readonly counts: Counts;
  /** One sentence for each fault, in the order in which they were seen. */
  readonly faults: readonly string[];
}

export interface CheckOptions {
  /** Whether each accepted message must have arrived; false while the run goes on. */
  readonly complete?: boolean;
}

interface Message {
  readonly label: string;
  readonly attempt: Attempt;
  /** Lines of the first try and of the first acceptance. */
  readonly sentAt: number;
  acceptedAt?: number;
  /** The first line at which it had certainly been accepted: its answer, or its first receipt. */
  takenBy?: number;
  attempts: number;
  refusedAs?: string;
  readonly ids: Set<string>;
  readonly acceptedFor: Set<string>;
  /** Whole addresses of topics. */
  readonly acceptedForTopics: Set<string>;
  readonly settled: Set<string>;
  readonly receivedBy: Set<string>;
}

/** The counts of a run in which nothing went wrong have zero here. */
export const FAULTS = [
  'lost',
  'seenTwice',
  'repeatedInSession',
  'afterAcknowledgement',
  'outOfOrder',
  'unexpected',
] as const satisfies readonly (keyof Counts)[];

/** Judges a run by nothing but what clients saw. */
export function check(observations: readonly Observation[], options: CheckOptions = {}): Verdict {
  return new Run(observations).judge(options.complete ?? true);
}

/** @throws Error with the counts and the first faults, unless there was none */
export function assertNothingWrong(verdict: Verdict): void {
  if (verdict.faults.length === 0) return;
  throw new Error(`${describeCounts(verdict.counts)}\n${verdict.faults.slice(0, 20).join('\n')}`);
}

export function describeCounts(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

class Run {
  readonly #messages = new Map<string, Message>();
  readonly #faults: string[] = [];
  readonly #faultCounts: Record<(typeof FAULTS)[number], number> = {
    lost: 0,
    seenTwice: 0,
    repeatedInSession: 0,
    afterAcknowledgement: 0,
    outOfOrder: 0,
    unexpected: 0,
  };
  #received = 0;
  #unmarked = 0;
  /** By life of an application: the labels that it was handed. */
  readonly #seenByLife = new Map<string, Set<string>>();
  /** By session: labels in the order received. */
  readonly #sessions = new Map<string, Set<string>>();
  /** By client and device: labels whose acknowledgement was answered, with the line of the answer. */
  readonly #acknowledged = new Map<string, Map<string, number>>();
  readonly #sessionBegan = new Map<string, number>();
  readonly #orders = new Map<string, CertainOrder>();
  readonly #audience = new Audience();

  constructor(observations: readonly Observation[]) {
    observations.forEach((observation, line) => {
      this.#take(observation, line);
    });
  }

  judge(complete: boolean): Verdict {
    const messages = [...this.#messages.values()];
    if (complete) {
      for (const message of messages) {
        for (const recipient of this.#owedTo(message)) {
          if (!message.receivedBy.has(recipient) && !message.settled.has(recipient)) {
            this.#fault('lost', `${message.label} was accepted for ${recipient} and never arrived`);
          }
        }
      }
    }
    const counts: Counts = {
      attempted: messages.length,
      accepted: messages.filter((message) => message.acceptedAt !== undefined).length,
      refused: messages.filter((message) => message.acceptedAt === undefined && message.refusedAs !== undefined).length,
      received: this.#received,
      recovered: messages.filter((message) => message.acceptedAt === undefined && message.refusedAs === undefined && message.receivedBy.size > 0).length,
      ...this.#faultCounts,
      unmarked: this.#unmarked,
    };
    return { counts, faults: this.#faults };
  }

  #take(observation: Observation, line: number): void {
    switch (observation.kind) {
      case 'send':
        this.#sent(observation, line);
        break;
      case 'answer': {
        const message = this.#sentBefore(observation.label);
        message.acceptedAt ??= line;
        message.takenBy ??= line;
        if (message.ids.size > 0 && !message.ids.has(observation.id)) {
          this.#fault('unexpected', `${message.label} was answered as ${observation.id} after ${[...message.ids].join(', ')}`);
        }
        message.ids.add(observation.id);
        for (const recipient of observation.recipients) {
          if (recipient.startsWith('#')) message.acceptedForTopics.add(recipient);
          else for (const client of clientsBehind(message.attempt, recipient)) message.acceptedFor.add(client);
        }
        break;
      }
      case 'refusal':
        this.#sentBefore(observation.label).refusedAs = observation.slug;
        break;
      case 'no-answer':
        this.#sentBefore(observation.label).refusedAs = undefined;
        break;
      case 'session':
        this.#sessionBegan.set(sessionOf(observation), line);
        break;
      case 'receive':
        this.#receive(observation, line);
        break;
      case 'subscription':
        this.#audience.take(observation, line);
        break;
      case 'acknowledged': {
        const known = entry(this.#acknowledged, mailboxOf(observation), () => new Map<string, number>());
        for (const label of this.#sessions.get(sessionOf(observation)) ?? []) {
          if (!known.has(label)) known.set(label, line);
          if (label === observation.label) break;
        }
        break;
      }
      case 'settled':
        this.#sentBefore(observation.label).settled.add(observation.recipient);
        break;
    }
  }

  #sent(attempt: Attempt, line: number): void {
    const before = this.#messages.get(attempt.label);
    if (before !== undefined) {
      before.attempts++;
      // A try under way makes the last refusal no longer the last word.
      before.refusedAs = undefined;
      return;
    }
    this.#messages.set(attempt.label, {
      label: attempt.label,
      attempt,
      sentAt: line,
      attempts: 1,
      ids: new Set(),
      acceptedFor: new Set(),
      acceptedForTopics: new Set(),
      settled: new Set(),
      receivedBy: new Set(),
    });
  }

  #receive(receipt: Receipt, line: number): void {
    const { client, label } = receipt;
    const session = sessionOf(receipt);
    if (!this.#sessionBegan.has(session)) this.#sessionBegan.set(session, line);
    const message = this.#messages.get(label);
    if (message === undefined) {
      this.#fault('unexpected', `${client} was handed ${label}, which nobody sent`);
      return;
    }
    message.takenBy ??= line;
    const wrong = this.#whyUnexpected(message, receipt);
    if (wrong !== undefined) this.#fault('unexpected', `${client} was handed ${label} ${wrong}`);
    message.ids.add(receipt.id);

    const inSession = entry(this.#sessions, session, () => new Set<string>());
    const repeated = inSession.has(label);
    if (repeated) this.#fault('repeatedInSession', `${label} was handed to ${client} twice in session ${receipt.session}`);
    inSession.add(label);

    const acknowledgedAt = this.#acknowledged.get(mailboxOf(receipt))?.get(label);
    if (acknowledgedAt !== undefined && !repeated && acknowledgedAt < (this.#sessionBegan.get(session) ?? line)) {
      this.#fault('afterAcknowledgement', `${label} came to ${client} again after its acknowledgement had been answered`);
    }
    if (receipt.application) {
      const seen = entry(this.#seenByLife, `${client} ${receipt.life}`, () => new Set<string>());
      if (seen.has(label)) this.#fault('seenTwice', `${label} was handed to the application of ${client} twice`);
      seen.add(label);
    }
    const mailbox = mailboxOf(receipt);
    if (message.receivedBy.has(mailbox)) {
      if (!receipt.redelivered && !repeated) this.#unmarked++;
      return;
    }
    message.receivedBy.add(mailbox);
    if (!message.receivedBy.has(client) || mailbox === client) this.#received++;
    message.receivedBy.add(client);
    const order = entry(this.#orders, `${mailbox} ${message.attempt.sender} ${addressReached(message.attempt, client)}`, () => new CertainOrder());
    const later = order.take({
      label,
      sentAt: message.sentAt,
      acceptedAt: message.acceptedAt,
      connection: message.attempts === 1 ? message.attempt.connection : undefined,
    });
    if (later !== undefined) this.#fault('outOfOrder', `${label} was handed to ${client} after ${later}, which was accepted later`);
  }

  #whyUnexpected(message: Message, receipt: Receipt): string | undefined {
    const { attempt } = message;
    if (receipt.from !== attempt.sender) return `from ${receipt.from}, but ${attempt.sender} sent it`;
    if (!this.#mayReach(message, receipt.client)) return `which was sent to ${attempt.to.join(', ')}`;
    if (message.refusedAs !== undefined && message.acceptedAt === undefined) return `which had been refused as ${message.refusedAs}`;
    if (message.ids.size > 0 && !message.ids.has(receipt.id)) return `as ${receipt.id}, but before it was ${[...message.ids].join(', ')}`;
    return undefined;
  }

  /** Who must be handed it: those that it was accepted for, and those who were subscribed all the while in which that may have been. */
  #owedTo({ acceptedFor, acceptedForTopics, sentAt, takenBy }: Message): ReadonlySet<string> {
    const owed = new Set(acceptedFor);
    if (takenBy === undefined) return owed;
    for (const topic of acceptedForTopics) for (const client of this.#audience.certain(topic, sentAt, takenBy)) owed.add(client);
    return owed;
  }

  #mayReach({ attempt, sentAt, takenBy }: Message, client: string): boolean {
    return attempt.to.some(
      (address) =>
        address === client ||
        (address.startsWith('*') && attempt.stands?.includes(client) === true) ||
        (address.startsWith('#') && this.#audience.possible(client, address, sentAt, takenBy ?? Infinity)),
    );
  }

  #sentBefore(label: string): Message {
    const message = this.#messages.get(label);
    if (message === undefined) throw new Error(`the record speaks of ${label} before it was sent`);
    return message;
  }

  #fault(kind: (typeof FAULTS)[number], sentence: string): void {
    this.#faultCounts[kind]++;
    this.#faults.push(`${kind}: ${sentence}`);
  }
}

function clientsBehind(attempt: Attempt, address: string): readonly string[] {
  return address.startsWith('*') ? (attempt.stands ?? []) : [address];
}

/** A device has a position of its own, and so repeats, order and acknowledgements of its own. */
function mailboxOf(seen: { readonly client: string; readonly device?: string }): string {
  return seen.device === undefined ? seen.client : `${seen.client} on ${seen.device}`;
}

/** The address by which a client was reached: the order holds for each. */
function addressReached(attempt: Attempt, client: string): string {
  return attempt.to.includes(client) ? client : attempt.to.join(',');
}

function sessionOf(seen: { readonly client: string; readonly session: string }): string {
  return `${seen.client} ${seen.session}`;
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}
