import type { Clock } from '../ports/clock.js';
import type { NodeBus } from '../ports/node-bus.js';

/** Whoever has not answered by then is left out. */
const PATIENCE_MS = 1_000;

/** What one node answered: JSON text. */
export interface NodeAnswer {
  readonly node: string;
  readonly answer: string;
}

/** What a node asks all others: how they are, what they remember. A node that does not answer in a second is left out. */
export class Questions {
  private readonly served = new Map<string, (params: string) => string>();
  private readonly waiting = new Map<string, (answer: NodeAnswer) => void>();

  constructor(
    private readonly bus: NodeBus,
    private readonly clock: Clock,
    private readonly newId: () => string,
  ) {
    bus.subscribe((message, node) => {
      if (message.kind === 'question') {
        const answer = this.served.get(message.what)?.(message.params);
        if (answer !== undefined) bus.publish({ kind: 'answer', node, id: message.id, answer });
      } else if (message.kind === 'answer' && message.node === bus.nodeId) {
        this.waiting.get(message.id)?.({ node, answer: message.answer });
      }
    });
  }

  /** @param answer from JSON text to JSON text */
  serve(what: string, answer: (params: string) => string): void {
    this.served.set(what, answer);
  }

  /** Asks the other nodes. */
  ask(what: string, params: string): Promise<NodeAnswer[]> {
    const others = this.bus.others();
    if (others === 0) return Promise.resolve([]);
    const id = this.newId();
    return new Promise((resolve) => {
      const answers: NodeAnswer[] = [];
      const timer = this.clock.after(PATIENCE_MS, () => end());
      const end = () => {
        timer.cancel();
        this.waiting.delete(id);
        resolve(answers);
      };
      this.waiting.set(id, (answer) => {
        answers.push(answer);
        if (answers.length >= others) end();
      });
      this.bus.publish({ kind: 'question', id, what, params });
    });
  }
}
