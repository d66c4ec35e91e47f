import { Text, TextInput } from '@mantine/core';
import { IconHash } from '@tabler/icons-react';
import { Navigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Item } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import type { Column } from '../../parts/column.js';
import { FilterBar, SelectFilter, TenantFilter, TextFilter, TimeFilter } from '../../parts/FilterBar.js';
import { ListTable } from '../../parts/ListTable.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PathLink, useGo } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { StateBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { type Filters, useFilters } from '../../parts/useFilters.js';
import { type ListPage, useList } from '../../parts/useList.js';
import { useSearchOn } from '../../parts/useSearchOn.js';
import styles from './MessagePage.module.css';
import { askedOf, idIn, STATES, type WrongField } from './message-query.js';

type Found = Item<'/v1/messages'>;
type FoundPage = ListPage<Found> & { readonly searchedTo?: string };

const FILTERS = ['id', 'tenant', 'from', 'to', 'type', 'state', 'correlationId', 'since', 'until'] as const;

/** Finds messages of all tenants, newest first. */
export function MessagesPage() {
  const { t } = useTranslation('messages');
  const go = useGo();
  const filters = useFilters(FILTERS);
  const { query, wrong } = askedOf(filters.values);
  const list = useList<Found, FoundPage>({
    key: ['messages', query],
    fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/messages', { params: { query: { ...query, cursor, limit } }, signal })),
    // What one looks for does not run away; without filters it is a view of what comes.
    refetchMs: filters.active === 0 ? 10_000 : undefined,
  });
  useSearchOn(list, JSON.stringify(query));
  const columns = useColumns();
  const id = idIn(filters.values.id ?? '');
  if (id !== undefined) return <Navigate to="/messages/$id" params={{ id }} replace />;

  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <MessageFilters filters={filters} wrong={wrong} />
      <ListTable
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('title')}
        onOpen={({ id }) => go(pathTo`/messages/${id}`)}
        note={filters.active > 0 && list.more && list.last?.searchedTo !== undefined ? <SearchedTo at={list.last.searchedTo} /> : undefined}
        empty={filters.active > 0 ? { title: t('noneFound'), hint: t('noneFoundHint') } : { title: t('none'), hint: t('noneHint') }}
      />
    </>
  );
}

function SearchedTo({ at }: { readonly at: string }) {
  const { t } = useTranslation('messages');
  const format = useFormat();
  return t('searchedTo', { time: `${format.time(at)} ${format.zone(at)}` });
}

function MessageFilters({ filters, wrong }: { readonly filters: Filters<(typeof FILTERS)[number]>; readonly wrong: ReadonlySet<WrongField> }) {
  const { t } = useTranslation('messages');
  const why = (field: WrongField) => (wrong.has(field) ? t(field === 'type' ? 'filters.wrongType' : 'filters.wrongAddress') : undefined);
  return (
    <FilterBar filters={filters}>
      <IdField />
      <TenantFilter filters={filters} name="tenant" />
      <TextFilter filters={filters} name="from" label={t('filters.from')} placeholder="server@sales" error={why('from')} />
      <TextFilter filters={filters} name="to" label={t('filters.to')} placeholder="ivanov@sales" error={why('to')} />
      <TextFilter filters={filters} name="type" label={t('filters.type')} placeholder="order.approved" error={why('type')} />
      <TextFilter filters={filters} name="correlationId" label={t('filters.correlationId')} placeholder="A-17" />
      <SelectFilter
        filters={filters}
        name="state"
        label={t('filters.state')}
        options={STATES.map((value) => ({ value, label: t(`common:states.${value}`) }))}
      />
      <TimeFilter filters={filters} name="since" label={t('filters.since')} />
      <TimeFilter filters={filters} name="until" label={t('filters.until')} />
    </FilterBar>
  );
}

/** An id that is pasted opens its message at once. */
function IdField() {
  const { t } = useTranslation('messages');
  const go = useGo();
  const [typed, setTyped] = useState('');
  const [left, setLeft] = useState(false);
  return (
    <TextInput
      w={{ base: '100%', sm: '21rem' }}
      label={t('filters.id')}
      size="sm"
      placeholder="01a203a5-30c2-7571-96c6-92b5317ee42c"
      leftSection={<IconHash size={15} aria-hidden />}
      value={typed}
      spellCheck={false}
      error={left && typed.trim() !== '' ? t('filters.wrongId') : undefined}
      onBlur={() => setLeft(true)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') setLeft(true);
      }}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        setLeft(false);
        const id = idIn(text);
        if (id !== undefined) go(pathTo`/messages/${id}`);
      }}
    />
  );
}

/** As wide as most are; a longer one is cut, and whole in its title. */
function Address({ value }: { readonly value: string }) {
  return (
    <span className={styles.cut}>
      <AddressText value={value} copy={false} />
    </span>
  );
}

function useColumns(): readonly Column<Found>[] {
  const { t } = useTranslation('messages');
  const format = useFormat();
  return useMemo(
    () => [
      { id: 'sent', header: t('columns.sent'), narrow: 'line', cell: ({ sentAt }) => <TimeText at={sentAt} exact /> },
      {
        id: 'type',
        header: t('columns.type'),
        narrow: 'title',
        cell: ({ id, type, correlationId }) => (
          <>
            <PathLink to={pathTo`/messages/${id}`} size="sm" fw={600}>
              {type}
            </PathLink>
            {correlationId === undefined ? null : (
              <Text size="xs" c="dimmed" title={t('facts.correlationId')}>
                {correlationId}
              </Text>
            )}
          </>
        ),
      },
      { id: 'from', header: t('columns.from'), cell: ({ from }) => <Address value={from} /> },
      {
        id: 'to',
        header: t('columns.to'),
        cell: ({ to, recipients }) => (
          <>
            <Address value={to[0] ?? '–'} />
            {recipients > 1 ? (
              <Text span size="xs" c="dimmed" title={to.join('\n')}>
                {' '}
                {t('andMore', { count: recipients - 1, text: format.number(recipients - 1) })}
              </Text>
            ) : null}
          </>
        ),
      },
      { id: 'state', header: t('columns.state'), narrow: 'bare', cell: ({ state }) => <StateBadge state={state} /> },
      { id: 'bytes', header: t('columns.bytes'), align: 'end', narrow: 'hidden', cell: ({ bytes }) => format.bytes(bytes) },
    ],
    [t, format],
  );
}
