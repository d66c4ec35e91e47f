/** Counts connections that have not proved yet who they are: few in all, fewer from one address. */
export class Newcomers {
  private all = 0;
  private readonly byAddress = new Map<string, number>();

  constructor(private readonly limits: { readonly all: number; readonly perAddress: number } = { all: 100, perAddress: 10 }) {}

  /** @returns how it leaves again, to be called once or more; undefined where there are too many */
  enter(address = ''): (() => void) | undefined {
    const here = this.byAddress.get(address) ?? 0;
    if (this.all >= this.limits.all || here >= this.limits.perAddress) return undefined;
    this.all++;
    this.byAddress.set(address, here + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.all--;
      const rest = (this.byAddress.get(address) ?? 1) - 1;
      if (rest === 0) this.byAddress.delete(address);
      else this.byAddress.set(address, rest);
    };
  }

  get size(): number {
    return this.all;
  }
}
