/** How much came to pass a second, over the last minute or as long as it is known. */
export class Rate {
  private readonly samples: { readonly at: number; readonly sent: number; readonly received: number }[] = [];

  constructor(private readonly overMs = 60_000) {}

  /**
   * @param at milliseconds of a clock that never jumps
   * @param sent how much it was so far
   */
  note(at: number, sent: number, received: number): { readonly in: number; readonly out: number } | undefined {
    this.samples.push({ at, sent, received });
    while (this.samples.length > 2 && at - (this.samples[1]?.at ?? at) >= this.overMs) this.samples.shift();
    const first = this.samples[0];
    if (first === undefined || at <= first.at) return undefined;
    const seconds = (at - first.at) / 1_000;
    const rounded = (count: number) => Math.round((count / seconds) * 10) / 10;
    return { in: rounded(received - first.received), out: rounded(sent - first.sent) };
  }
}
