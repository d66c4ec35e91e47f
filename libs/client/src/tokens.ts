import { asError } from './events.js';
import type { TokenSource } from './options.js';
import { VestnikError } from './vestnik-error.js';

/** The token in use, and where the next one comes from. */
export class Tokens {
  private last: string | undefined;

  constructor(private readonly source: TokenSource) {}

  /** Whether a fresh one can be had. */
  get renewable(): boolean {
    return typeof this.source === 'function';
  }

  /**
   * @param fresh the last one will not do any more
   * @throws VestnikError `token-unavailable`, or what the callback threw where that is one already
   */
  async get(fresh: boolean): Promise<string> {
    if (typeof this.source === 'string') return this.last ?? this.source;
    if (this.last !== undefined && !fresh) return this.last;
    try {
      this.last = await this.source();
    } catch (error) {
      if (error instanceof VestnikError) throw error;
      throw new VestnikError('token-unavailable', `no token could be had: ${asError(error).message}`, true, { cause: error });
    }
    return this.last;
  }

  /** The one that was had last; empty before the first. */
  get current(): string {
    return this.last ?? (typeof this.source === 'string' ? this.source : '');
  }

  use(token: string): void {
    this.last = token;
  }
}
