import { Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Item, type Query } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import type { Column } from '../../parts/column.js';
import { FilterBar, SelectFilter, TextFilter, TimeFilter } from '../../parts/FilterBar.js';
import { ListTable } from '../../parts/ListTable.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { TimeText } from '../../parts/TimeText.js';
import { useFilters } from '../../parts/useFilters.js';
import { type ListPage, useList } from '../../parts/useList.js';
import { useSearchOn } from '../../parts/useSearchOn.js';
import { Difference } from './Difference.js';
import { ActionText, SubjectText, WhoText } from './EntryTexts.js';
import { EntryWindow } from './EntryWindow.js';

export type Entry = Item<'/v1/audit'>;
type EntryPage = ListPage<Entry> & { readonly searchedTo?: string };

const FILTERS = ['search', 'who', 'action', 'subject', 'since', 'until'] as const;
/** Kinds of actions, as the server's filter takes them: all that begin so. */
const KINDS = [
  'tenant.*',
  'key.*',
  'token.*',
  'client.*',
  'message.*',
  'dead-letter.*',
  'subscription.*',
  'webhook.*',
  'link.*',
  'link-key.*',
  'administrator.*',
  'administrator-key.*',
  'session.*',
] as const;

/** Who changed what, when, from where. */
export function AuditPage() {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const filters = useFilters(FILTERS);
  const query: Query<'/v1/audit'> = filters.values;
  const [open, setOpen] = useState<Entry>();
  const list = useList<Entry, EntryPage>({
    key: ['audit', query],
    fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/audit', { params: { query: { ...query, cursor, limit } }, signal })),
    refetchMs: 15_000,
  });
  useSearchOn(list, JSON.stringify(query));
  const columns = useColumns();
  const chosen = query.action;
  const searchedTo = list.more ? list.last?.searchedTo : undefined;

  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <FilterBar filters={filters}>
        <TextFilter filters={filters} name="search" label={t('filters.search')} placeholder={t('filters.searchPlaceholder')} wide />
        <TextFilter filters={filters} name="who" label={t('filters.who')} placeholder="administrator:admin" />
        <SelectFilter
          filters={filters}
          name="action"
          label={t('filters.action')}
          options={[
            // One that came with the link.
            ...(chosen === undefined || KINDS.some((kind) => kind === chosen) ? [] : [{ value: chosen, label: chosen }]),
            ...KINDS.map((value) => ({ value, label: t(`kinds.${value.slice(0, -2)}`) })),
          ]}
        />
        <TextFilter filters={filters} name="subject" label={t('filters.subject')} placeholder="sales" />
        <TimeFilter filters={filters} name="since" label={t('filters.since')} />
        <TimeFilter filters={filters} name="until" label={t('filters.until')} />
      </FilterBar>
      <ListTable
        list={list}
        columns={columns}
        rowKey={({ id }) => String(id)}
        label={t('title')}
        onOpen={setOpen}
        note={searchedTo === undefined ? undefined : t('searchedTo', { time: format.time(searchedTo) })}
        empty={filters.active > 0 ? { title: t('noneFound'), hint: t('noneFoundHint') } : { title: t('none'), hint: t('noneHint') }}
      />
      <EntryWindow
        entry={open}
        onClose={() => setOpen(undefined)}
        onFilter={(values) => {
          filters.clear();
          filters.setAll(values);
          setOpen(undefined);
        }}
      />
    </>
  );
}

function useColumns(): readonly Column<Entry>[] {
  const { t } = useTranslation('audit');
  return useMemo(
    () => [
      { id: 'what', header: t('columns.action'), cell: ({ action }) => <ActionText action={action} />, width: '17rem' },
      { id: 'subject', header: t('columns.subject'), cell: (entry) => <SubjectText entry={entry} /> },
      {
        id: 'who',
        header: t('columns.who'),
        cell: ({ who, address }) => (
          <>
            <WhoText who={who} />
            {address === undefined ? null : (
              <Text size="xs" c="dimmed" ff="monospace">
                {address}
              </Text>
            )}
          </>
        ),
      },
      { id: 'changes', header: t('columns.changes'), narrow: 'hidden', cell: (entry) => <Difference entry={entry} most={3} /> },
      { id: 'at', header: t('columns.at'), cell: ({ at }) => <TimeText at={at} /> },
    ],
    [t],
  );
}
