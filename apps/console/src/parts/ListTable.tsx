import { Button, Group, Paper, Skeleton, Table, Text, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconHourglassEmpty } from '@tabler/icons-react';
import {
  type ColumnDef,
  createSortedRowModel,
  type Header,
  rowSortingFeature,
  type SortingState,
  sortFn_basic,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type KeyboardEvent, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/useFormat.js';
import type { Column } from './column.js';
import { EmptyState } from './EmptyState.js';
import { ListCards } from './ListCards.js';
import styles from './ListTable.module.css';
import { ProblemAlert } from './ProblemAlert.js';
import { type List, ROWS_MAX } from './useList.js';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns: { basic: sortFn_basic } });

/** What the server sorts by. */
export interface ServerSort {
  readonly by: string | undefined;
  readonly descending?: boolean;
  readonly onSort: (by: string) => void;
}

interface Props<Row extends object> {
  /** Of `useList`, or `wholeList(items)`. */
  readonly list: List<Row>;
  /** Stable between renderings: in a `useMemo` or outside the component. */
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** What the rows are, for screen readers. */
  readonly label: string;
  readonly empty: { readonly title: string; readonly hint?: ReactNode; readonly action?: ReactNode };
  /** A click on a row, or Enter. */
  readonly onOpen?: (row: Row) => void;
  readonly sort?: ServerSort;
  /** A row that is shown elsewhere on the page. */
  readonly selected?: string;
  /** Below the list: how fresh it is, how far back was looked. */
  readonly note?: ReactNode;
}

/**
 * A list as a table, and as cards on a narrow screen.
 *
 * Rows are appended by "more" up to `ROWS_MAX`, then it says that filters find the
 * rest. Arrow keys go from row to row, Enter opens.
 */
export function ListTable<Row extends object>(props: Props<Row>) {
  const { list, columns, empty, label, note } = props;
  const { t } = useTranslation('common');
  const format = useFormat();
  const narrow = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false });

  if (list.error !== null && list.items.length === 0) return <ProblemAlert error={list.error} onRetry={list.retry} />;
  if (list.loading) return <Waiting columns={narrow ? 1 : columns.length} label={label} />;
  // A page may be empty and still have a next: a request looks through so much at most.
  if (list.items.length === 0 && list.more) {
    return (
      <Paper aria-busy={list.stale || list.loadingMore}>
        <EmptyState
          icon={<IconHourglassEmpty size={34} stroke={1.4} />}
          title={t('parts.notFoundYet')}
          hint={note ?? t('parts.notFoundYetHint')}
          action={
            <Button size="xs" variant="default" loading={list.loadingMore} onClick={list.loadMore}>
              {t('parts.searchOn')}
            </Button>
          }
        />
      </Paper>
    );
  }
  if (list.items.length === 0) {
    return (
      <Paper aria-busy={list.stale} className={list.stale ? styles.stale : undefined}>
        <EmptyState {...empty} />
      </Paper>
    );
  }
  return (
    <div aria-busy={list.stale}>
      <div className={list.stale ? styles.stale : undefined}>{narrow ? <ListCards {...props} /> : <Rows {...props} />}</div>
      {list.error === null ? null : <ProblemAlert error={list.error} onRetry={list.retry} />}
      <Group justify="space-between" mt="xs" gap="xs">
        <Text size="xs" c="dimmed" aria-live="polite">
          {list.full
            ? t('parts.rowsFull', { count: ROWS_MAX, text: format.number(ROWS_MAX) })
            : t('parts.rows', { count: list.items.length, text: format.number(list.items.length) })}
          {note === undefined ? null : <> · {note}</>}
        </Text>
        {list.more ? (
          <Button size="xs" variant="default" loading={list.loadingMore} onClick={list.loadMore}>
            {t('parts.more')}
          </Button>
        ) : null}
      </Group>
    </div>
  );
}

function Rows<Row extends object>({ list, columns, rowKey, label, onOpen, sort, selected }: Props<Row>) {
  const [own, setOwn] = useState<SortingState>([]);
  const definitions = useMemo<ColumnDef<typeof features, Row>[]>(
    () =>
      columns.map(({ id, header, value, serverSort = false }) => ({
        id,
        header,
        accessorFn: (row: Row) => value?.(row) ?? '',
        enableSorting: serverSort || value !== undefined,
        sortFn: 'basic' as const,
      })),
    [columns],
  );
  const byServer: SortingState = sort?.by === undefined ? [] : [{ id: sort.by, desc: sort.descending ?? false }];
  const table = useTable({
    features,
    columns: definitions,
    data: list.items,
    getRowId: rowKey,
    manualSorting: sort !== undefined,
    state: { sorting: sort === undefined ? own : byServer },
    onSortingChange: setOwn,
  });
  const columnOf = new Map(columns.map((column) => [column.id, column]));
  const sortBy = (header: Header<typeof features, Row, unknown>) => {
    if (sort === undefined) header.column.toggleSorting();
    else sort.onSort(header.column.id);
  };

  return (
    <Paper className={styles.frame}>
      {/* Scrolls inside itself where a window is narrow; reached by keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable */}
      <section className={styles.scroll} tabIndex={0} aria-label={label}>
        <Table aria-label={label} className={styles.table}>
          <Table.Thead>
            {table.getHeaderGroups().map((group) => (
              <Table.Tr key={group.id}>
                {group.headers.map((header) => {
                  const column = columnOf.get(header.column.id);
                  const sorted = header.column.getIsSorted();
                  return (
                    <Table.Th
                      key={header.id}
                      className={styles.head}
                      data-align={column?.align}
                      w={column?.width}
                      aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
                    >
                      {header.column.getCanSort() ? (
                        <UnstyledButton className={styles.sort} onClick={() => sortBy(header)}>
                          {column?.header}
                          {sorted === false ? (
                            <IconArrowsSort size={13} className={styles.unsorted} aria-hidden />
                          ) : sorted === 'asc' ? (
                            <IconArrowUp size={13} aria-hidden />
                          ) : (
                            <IconArrowDown size={13} aria-hidden />
                          )}
                        </UnstyledButton>
                      ) : (
                        column?.header
                      )}
                    </Table.Th>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Thead>
          <Table.Tbody>
            {table.getRowModel().rows.map((row) => (
              <Table.Tr
                key={row.id}
                className={styles.row}
                data-open={onOpen !== undefined || undefined}
                data-selected={row.id === selected || undefined}
                {...(onOpen === undefined ? {} : opening(() => onOpen(row.original)))}
              >
                {columns.map((column) => (
                  <Table.Td key={column.id} data-align={column.align} className={styles.cell}>
                    {column.cell(row.original)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
    </Paper>
  );
}

/** What makes a row open by mouse and by keyboard. */
function opening(open: () => void) {
  return {
    tabIndex: 0,
    onClick: (event: React.MouseEvent<HTMLElement>) => {
      // A link or a button within the row is meant itself, and a text that is being selected is not a click.
      if ((event.target as Element).closest('a, button, input, label') !== null || String(getSelection() ?? '') !== '') return;
      open();
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.target !== event.currentTarget) return;
      const beside =
        event.key === 'ArrowDown' ? event.currentTarget.nextElementSibling : event.key === 'ArrowUp' ? event.currentTarget.previousElementSibling : null;
      if (beside instanceof HTMLElement) {
        event.preventDefault();
        beside.focus();
      }
      if (event.key === 'Enter') open();
    },
  };
}

function Waiting({ columns, label }: { readonly columns: number; readonly label: string }) {
  const { t } = useTranslation('common');
  return (
    <Paper className={styles.frame} p="md" role="status" aria-label={t('parts.loading', { what: label })}>
      {Array.from({ length: 6 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Group key={row} gap="md" wrap="nowrap" py={7}>
          {Array.from({ length: columns }, (_, column) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
            <Skeleton key={column} height={14} radius="sm" w={`${100 / columns}%`} />
          ))}
        </Group>
      ))}
    </Paper>
  );
}
