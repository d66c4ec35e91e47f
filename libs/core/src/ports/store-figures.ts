/** How the store is. */
export interface StoreFigures {
  readonly version: string;
  /** How long a commit took just now; milliseconds. */
  readonly commitMs: number;
  readonly sizeBytes: number;
  readonly partitions: number;
  /** The largest, with their indexes and partitions. */
  readonly tables: readonly { readonly name: string; readonly bytes: number }[];
}
