import { formatPosition, type Gap, Problem, parsePosition } from '@vestnik/protocol';
import type { Epoch } from '../ports/message-log.js';

/** Which epoch each position belongs to, so that a position from a history that was lost is noticed. */
export class Epochs {
  private known: readonly Epoch[] = [];

  set(epochs: readonly Epoch[]): void {
    this.known = epochs;
  }

  /** The epoch that new positions belong to. */
  get current(): number {
    return this.known.at(-1)?.epoch ?? 0;
  }

  of(position: number): number {
    for (let at = this.known.length - 1; at >= 0; at--) {
      const epoch = this.known[at] as Epoch;
      if (position >= epoch.begins) return epoch.epoch;
    }
    return this.known[0]?.epoch ?? 0;
  }

  format(position: number): string {
    return formatPosition(this.of(position), position);
  }

  /**
   * Reads a position that a client presents.
   *
   * @returns `lost` where it lies in a history that this log does not have: the base was restored
   * @throws Problem `position-invalid` where no bus gave it out
   */
  read(text: string, path = 'position'): { position: number; lost: boolean } {
    const parsed = parsePosition(text);
    if (parsed === undefined)
      throw new Problem('position-invalid', `${path}: a position is given out by the bus, as it is`, {
        errors: [{ path, message: 'was not given out by the bus' }],
      });
    return { position: parsed.position, lost: this.of(parsed.position) !== parsed.epoch };
  }

  gap(reason: Gap['reason'], from: string, to: number): Gap {
    return { reason, from, to: this.format(to) };
  }
}
