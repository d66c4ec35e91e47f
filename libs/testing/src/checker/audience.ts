import type { SubscriptionStep } from './observation.js';

/** One subscription, in lines of the record. It began after `begins` and before `began`, and ended likewise. */
interface Span {
  readonly begins: number;
  began?: number;
  ends?: number;
  ended?: number;
}

/**
 * Who was subscribed to a topic when, as far as subscribers can know.
 *
 * Between a call and its answer nobody can say whether it has had its effect: a message that was accepted then may come
 * or not. Topics are matched here anew, not by what the bus does it with.
 */
export class Audience {
  /** By client and pattern. */
  readonly #spans = new Map<string, Map<string, Span[]>>();

  take({ client, pattern, step }: SubscriptionStep, line: number): void {
    const patterns = this.#spans.get(client) ?? new Map<string, Span[]>();
    this.#spans.set(client, patterns);
    const spans = patterns.get(pattern) ?? [];
    patterns.set(pattern, spans);
    const last = spans.at(-1);
    switch (step) {
      case 'begins':
        if (last === undefined || last.ends !== undefined) spans.push({ begins: line });
        break;
      case 'began':
        if (last !== undefined) last.began ??= line;
        break;
      case 'ends':
        for (const span of spans) span.ends ??= line;
        break;
      case 'ended':
        for (const span of spans) span.ended ??= line;
        break;
    }
  }

  /** The clients that were subscribed without any doubt and without a break from one line to another. */
  certain(topicAddress: string, from: number, to: number): string[] {
    return [...this.#spans.keys()].filter((client) => {
      let at = from;
      const spans = this.#matching(client, topicAddress).toSorted((a, b) => (a.began ?? Infinity) - (b.began ?? Infinity));
      for (const { began, ends } of spans) if (began !== undefined && began < at) at = Math.max(at, ends ?? Infinity);
      return at > to;
    });
  }

  /** Whether a client may have been subscribed at any time between two lines. */
  possible(client: string, topicAddress: string, from: number, to: number): boolean {
    return this.#matching(client, topicAddress).some(({ begins, ended }) => begins < to && (ended ?? Infinity) > from);
  }

  #matching(client: string, topicAddress: string): Span[] {
    const at = topicAddress.lastIndexOf('@');
    const [topic, house] = [topicAddress.slice(1, at), topicAddress.slice(at)];
    if (!client.endsWith(house)) return [];
    return [...(this.#spans.get(client) ?? [])].filter(([pattern]) => matches(pattern.split('/'), topic.split('/'))).flatMap(([, spans]) => spans);
  }
}

/** `+` is one level, `#` at the end any number, also none. */
function matches([first, ...rest]: readonly string[], [level, ...below]: readonly string[]): boolean {
  if (first === '#') return rest.length === 0;
  if (first === undefined || level === undefined) return first === level;
  return (first === '+' || first === level) && matches(rest, below);
}
