/** One level of the topics that somebody listens to. */
interface Level<Listener> {
  readonly next: Map<string, Level<Listener>>;
  /** Those whose pattern ends here. */
  here: Set<Listener> | undefined;
  /** Those whose pattern ends here with `#`. */
  below: Set<Listener> | undefined;
}

/** Topics whose listeners are remembered, and how many listeners all of them together name. */
const CACHED_MAX = 1_000;
const CACHED_LISTENERS_MAX = 50_000;

/**
 * Who listens to which topics of a tenant, by name or by pattern. Costs memory for what is listened to, and nothing
 * for topics that nobody listens to, however many there are.
 */
export class TopicRoutes<Listener extends object> {
  private root: Level<Listener> = level();
  /** Listeners by topic, of the topics that were asked for last. */
  private readonly known = new Map<string, readonly Listener[]>();
  private knownListeners = 0;

  add(pattern: string, listener: Listener): void {
    let at = this.root;
    const levels = pattern.split('/');
    const open = levels.at(-1) === '#';
    if (open) levels.pop();
    for (const name of levels) {
      let next = at.next.get(name);
      if (next === undefined) {
        next = level();
        at.next.set(name, next);
      }
      at = next;
    }
    if (open) {
      at.below ??= new Set();
      at.below.add(listener);
    } else {
      at.here ??= new Set();
      at.here.add(listener);
    }
    this.forgetKnown();
  }

  remove(pattern: string, listener: Listener): void {
    const levels = pattern.split('/');
    const open = levels.at(-1) === '#';
    if (open) levels.pop();
    const path: Level<Listener>[] = [this.root];
    for (const name of levels) {
      const next = (path.at(-1) as Level<Listener>).next.get(name);
      if (next === undefined) return;
      path.push(next);
    }
    const end = path.at(-1) as Level<Listener>;
    const listeners = open ? end.below : end.here;
    listeners?.delete(listener);
    if (listeners?.size === 0) {
      if (open) end.below = undefined;
      else end.here = undefined;
    }
    for (let at = levels.length; at > 0; at--) {
      const one = path[at] as Level<Listener>;
      if (one.next.size > 0 || one.here !== undefined || one.below !== undefined) break;
      (path[at - 1] as Level<Listener>).next.delete(levels[at - 1] as string);
    }
    this.forgetKnown();
  }

  /** Whether nobody listens to anything. */
  get idle(): boolean {
    return this.root.next.size === 0 && this.root.below === undefined;
  }

  /** Who listens to a topic, each once, whatever the number of patterns that fit. */
  of(topic: string): readonly Listener[] {
    let listeners = this.known.get(topic);
    if (listeners === undefined) {
      const found = new Set<Listener>();
      collect(this.root, topic.split('/'), 0, found);
      listeners = [...found];
      // Topics that nobody listens to are looked up fast, and there are many of them.
      if (listeners.length === 0) return listeners;
      if (this.known.size >= CACHED_MAX || this.knownListeners + listeners.length > CACHED_LISTENERS_MAX) this.forgetKnown();
      this.known.set(topic, listeners);
      this.knownListeners += listeners.length;
    }
    return listeners;
  }

  /** What it holds: levels of what is listened to, and topics whose listeners are remembered. */
  get size(): { readonly levels: number; readonly cached: number } {
    return { levels: count(this.root), cached: this.known.size };
  }

  private forgetKnown(): void {
    this.known.clear();
    this.knownListeners = 0;
  }
}

function level<Listener>(): Level<Listener> {
  return { next: new Map(), here: undefined, below: undefined };
}

function count(at: Level<unknown>): number {
  let levels = 0;
  for (const next of at.next.values()) levels += 1 + count(next);
  return levels;
}

function collect<Listener>(at: Level<Listener>, levels: readonly string[], depth: number, found: Set<Listener>): void {
  for (const listener of at.below ?? []) found.add(listener);
  if (depth === levels.length) {
    for (const listener of at.here ?? []) found.add(listener);
    return;
  }
  const named = at.next.get(levels[depth] as string);
  if (named !== undefined) collect(named, levels, depth + 1, found);
  const any = at.next.get('+');
  if (any !== undefined) collect(any, levels, depth + 1, found);
}
