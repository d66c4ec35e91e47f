import { Group, Paper } from '@mantine/core';
import type { Column } from './column.js';
import styles from './ListTable.module.css';
import type { List } from './useList.js';

interface Props<Row extends object> {
  readonly list: List<Row>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly label: string;
  readonly onOpen?: (row: Row) => void;
  readonly selected?: string;
}

/** The rows of a list on a narrow screen: the first column is the heading, the others are lines. */
export function ListCards<Row extends object>({ list, columns, rowKey, label, onOpen, selected }: Props<Row>) {
  const placeOf = (column: Column<Row>, index: number) => column.narrow ?? (index === 0 ? 'title' : 'line');
  const of = (place: Column<Row>['narrow']) => columns.filter((column, index) => placeOf(column, index) === place);
  const [titles, bare, lines] = [of('title'), of('bare'), of('line')];
  return (
    <ul className={styles.cards} aria-label={label}>
      {list.items.map((row) => {
        const open = onOpen === undefined ? undefined : () => onOpen(row);
        return (
          <li key={rowKey(row)}>
            <Paper
              className={styles.card}
              data-open={open === undefined ? undefined : true}
              data-selected={rowKey(row) === selected || undefined}
              {...(open === undefined
                ? {}
                : {
                    tabIndex: 0,
                    onClick: (event: React.MouseEvent) => {
                      if ((event.target as Element).closest('a, button, input, label') === null) open();
                    },
                    onKeyDown: (event: React.KeyboardEvent) => {
                      if (event.key === 'Enter' && event.target === event.currentTarget) open();
                    },
                  })}
            >
              <Group justify="space-between" gap="xs" align="flex-start" wrap="nowrap">
                {titles.map((column) => (
                  <div key={column.id} className={styles.title}>
                    {column.cell(row)}
                  </div>
                ))}
                {bare.map((column) => (
                  <div key={column.id}>{column.cell(row)}</div>
                ))}
              </Group>
              {lines.length === 0 ? null : (
                <dl className={styles.lines}>
                  {lines.map((column) => (
                    <Line key={column.id} name={column.header}>
                      {column.cell(row)}
                    </Line>
                  ))}
                </dl>
              )}
            </Paper>
          </li>
        );
      })}
    </ul>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
