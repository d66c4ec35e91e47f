/**
 * What a client saw, one line each: all that the checker knows of the bus.
 *
 * Messages are told apart by `label`, a text that the sender puts into `data`, never twice; the bus knows nothing of it.
 * Addresses are whole (`ivanov@accounting.hq`).
 */
export type Observation =
  | Attempt
  | {
      readonly kind: 'answer';
      readonly label: string;
      /** The id that the bus gave. */
      readonly id: string;
      /** Whole addresses that the bus took the message for; those that it refused are left out. */
      readonly recipients: readonly string[];
    }
  /** The bus said that it did not take the message: nobody may be handed it. */
  | { readonly kind: 'refusal'; readonly label: string; readonly slug: string }
  /** No answer came: the message may have been taken or not. */
  | { readonly kind: 'no-answer'; readonly label: string }
  /** A client begins to connect: what was acknowledged before must not come to this session. Written where acknowledgements are. */
  | { readonly kind: 'session'; readonly client: string; readonly device?: string; readonly session: string }
  | Receipt
  | SubscriptionStep
  | {
      /** The bus answered an acknowledgement: the cursor of this client (or device) is on disk. */
      readonly kind: 'acknowledged';
      readonly client: string;
      readonly device?: string;
      readonly session: string;
      /** The label of the last message that it covers. */
      readonly label: string;
    }
  /** The message ended for this recipient in another way, as the bus itself said: it need not arrive. */
  | {
      readonly kind: 'settled';
      readonly label: string;
      readonly recipient: string;
      readonly state: 'withdrawn' | 'expired' | 'collapsed' | 'refused' | 'read';
    };

/** One try to send. A try with the same key is another line with the same label. */
export interface Attempt {
  readonly kind: 'send';
  readonly label: string;
  readonly sender: string;
  /** Whole addresses, as they were sent to. */
  readonly to: readonly string[];
  /** Clients that `*` stands for. Who a topic stands for follows from {@link SubscriptionStep}. */
  readonly stands?: readonly string[];
  /** Sends of one connection are accepted in the order sent. */
  readonly connection?: string;
}

/** A client was handed a message. */
export interface Receipt {
  readonly kind: 'receive';
  readonly client: string;
  readonly device?: string;
  /** One connection of the client. */
  readonly session: string;
  /** The life of the program behind it: a new one has forgotten which messages it has seen. */
  readonly life: string;
  readonly label: string;
  readonly id: string;
  readonly from: string;
  readonly redelivered: boolean;
  /** Whether the application was handed it, or the client library dropped it as seen before. */
  readonly application: boolean;
}

/** A client, or its backend, subscribes it or ends that: a line before each try, and one where the bus has answered. */
export interface SubscriptionStep {
  readonly kind: 'subscription';
  readonly client: string;
  /** A topic of the client's own tenant, or a pattern of topics, without a `#` before it. */
  readonly pattern: string;
  readonly step: 'begins' | 'began' | 'ends' | 'ended';
}

/** One line of JSON, without its end. */
export function formatObservation(observation: Observation): string {
  return JSON.stringify(observation);
}

const KINDS: ReadonlySet<string> = new Set([
  'send',
  'answer',
  'refusal',
  'no-answer',
  'session',
  'receive',
  'subscription',
  'acknowledged',
  'settled',
] satisfies Observation['kind'][]);

/** Reads a file of lines; a last line that was cut off by a crash is left out. */
export function parseObservations(text: string): Observation[] {
  const lines = text.split('\n');
  lines.pop();
  return lines
    .filter((line) => line !== '')
    .map((line, at) => {
      const value: unknown = JSON.parse(line);
      if (typeof value !== 'object' || value === null || !('kind' in value) || typeof value.kind !== 'string' || !KINDS.has(value.kind)) {
        throw new Error(`line ${at + 1} is no observation: ${line.slice(0, 100)}`);
      }
      return value as Observation;
    });
}
