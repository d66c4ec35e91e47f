import type { ReactNode } from 'react';

/** A column of a `ListTable`. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Makes the column sortable here, of the rows that are loaded: only for lists that come whole. */
  readonly value?: (row: Row) => string | number;
  /** The server sorts by this column: its id is given to `sort.onSort`. */
  readonly serverSort?: boolean;
  /** Numbers stand at the end. */
  readonly align?: 'start' | 'end';
  readonly width?: number | string;
  /** On a narrow screen: the card's heading, a line without its name, a line (default), or left out. */
  readonly narrow?: 'title' | 'bare' | 'line' | 'hidden';
}
