import { Box, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Item, type Query } from '../../api/client.js';
import type { Format } from '../../format/format.js';
import { useFormat } from '../../format/useFormat.js';
import type { Column } from '../../parts/column.js';
import { FilterBar, SelectFilter, TenantFilter, TextFilter } from '../../parts/FilterBar.js';
import { ListTable } from '../../parts/ListTable.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PathLink, useGo } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { StateBadge, ToneBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { type Filters, useFilters } from '../../parts/useFilters.js';
import { type ListPage, useList } from '../../parts/useList.js';
import { useNow } from '../../parts/useNow.js';
import { useSearchOn } from '../../parts/useSearchOn.js';
import { countedText, WAITING_COUNTED } from './backlog-text.js';
import { clientPath, webhookPath } from './client-queries.js';
import { queryOf } from './clients-query.js';
import { DropReason } from './DropReason.js';
import { OnlineBadge } from './OnlineBadge.js';

type Found = Item<'/v1/clients'>;
type FoundPage = ListPage<Found> & { readonly asOf?: string };

const FILTERS = ['search', 'tenant', 'online', 'transport', 'app', 'behind', 'dropped'] as const;
const SORT = ['sort'] as const;
const TRANSPORTS = ['websocket', 'socket.io', 'sse', 'json-lines', 'long-poll', 'webhook'] as const;

/** Finds clients: by name, by what connects them, by what waits for them. */
export function ClientsPage() {
  const { t } = useTranslation('clients');
  const format = useFormat();
  const go = useGo();
  const filters = useFilters(FILTERS);
  const sorting = useFilters(SORT);
  const query = queryOf(filters.values, sorting.values.sort);
  const list = useList<Found, FoundPage>({
    key: ['clients', query],
    fetch: ({ cursor, limit, signal }) =>
      answerOf(api.GET('/v1/clients', { params: { query: { ...query, cursor, limit } satisfies Query<'/v1/clients'> }, signal })),
    refetchMs: 10_000,
  });
  useSearchOn(list, JSON.stringify(query));
  const columns = useColumns(t, format);
  const counting = (query.behind !== undefined || query.sort === 'behind') && list.first !== undefined && list.first.asOf === undefined;

  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <ClientFilters filters={filters} sorting={sorting} />
      <ListTable
        list={list}
        columns={columns}
        rowKey={({ tenant, client }) => `${client}@${tenant}`}
        label={t('title')}
        onOpen={(row) => go(clientPath(row))}
        sort={{ by: query.sort ?? 'name', descending: query.sort !== undefined, onSort: (by) => sorting.set('sort', by === 'name' ? undefined : by) }}
        note={list.first === undefined ? undefined : <Counted asOf={list.first.asOf} />}
        empty={
          counting
            ? { title: t('counting'), hint: t('countingHint') }
            : filters.active > 0
              ? { title: t('noneFound'), hint: t('noneFoundHint') }
              : { title: t('none'), hint: t('noneHint') }
        }
      />
    </>
  );
}

function Counted({ asOf }: { readonly asOf: string | undefined }) {
  const { t } = useTranslation('clients');
  const format = useFormat();
  const now = useNow();
  return asOf === undefined ? t('notCounted') : t('asOf', { time: format.relative(asOf, now) });
}

function ClientFilters({ filters, sorting }: { readonly filters: Filters<(typeof FILTERS)[number]>; readonly sorting: Filters<'sort'> }) {
  const { t } = useTranslation('clients');
  return (
    <FilterBar filters={filters}>
      <TextFilter filters={filters} name="search" label={t('filters.search')} placeholder={t('filters.searchPlaceholder')} wide />
      <TenantFilter filters={filters} name="tenant" />
      <SelectFilter
        filters={filters}
        name="online"
        label={t('filters.online')}
        options={[
          { value: 'true', label: t('common:states.online') },
          { value: 'false', label: t('common:states.offline') },
        ]}
      />
      <TextFilter filters={filters} name="behind" label={t('filters.behind')} placeholder="100" />
      <SelectFilter filters={filters} name="transport" label={t('filters.transport')} options={TRANSPORTS.map((value) => ({ value, label: value }))} />
      <TextFilter filters={filters} name="app" label={t('filters.app')} placeholder="desk 1.4" />
      <SelectFilter filters={filters} name="dropped" label={t('filters.dropped')} options={[{ value: 'true', label: t('filters.droppedOnly') }]} />
      {/* Where there is no head of a table to sort by. */}
      <Box hiddenFrom="sm">
        <SelectFilter
          filters={sorting}
          name="sort"
          label={t('common:parts.sortBy')}
          options={[
            { value: 'name', label: t('columns.name') },
            { value: 'behind', label: t('columns.waiting') },
            { value: 'seen', label: t('columns.seen') },
          ]}
        />
      </Box>
    </FilterBar>
  );
}

function useColumns(t: (key: string, values?: Record<string, unknown>) => string, format: Format): readonly Column<Found>[] {
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('columns.name'),
        serverSort: true,
        width: '13.5rem',
        cell: (row) => (
          <>
            <PathLink to={clientPath(row)} fw={600} size="sm">
              {row.client}
            </PathLink>
            {row.title === undefined ? null : (
              <Text size="xs" c="dimmed">
                {row.title}
              </Text>
            )}
          </>
        ),
      },
      {
        id: 'tenant',
        header: t('common:parts.tenant'),
        cell: ({ tenant }) => (
          <PathLink to={pathTo`/tenants/${tenant}`} size="sm">
            {tenant}
          </PathLink>
        ),
      },
      {
        id: 'online',
        header: t('columns.connection'),
        narrow: 'bare',
        cell: ({ online, webhook, dropped }) => (
          <>
            <OnlineBadge online={online} webhook={webhook} />
            {dropped === undefined ? null : (
              <Text size="xs" mt={2} component="div">
                <DropReason reason={dropped.reason} at={dropped.at} />
              </Text>
            )}
          </>
        ),
      },
      {
        id: 'app',
        header: t('columns.app'),
        width: '9rem',
        cell: ({ apps, transports, sessions }) => {
          const over = transports.filter((transport) => transport !== 'webhook');
          if (over.length === 0) return '–';
          return (
            <>
              {apps.length === 0 ? null : apps.join(', ')}
              <Text size="xs" c="dimmed">
                {sessions > 1 ? t('sessionsOver', { count: sessions, transports: over.join(', ') }) : over[0]}
              </Text>
            </>
          );
        },
      },
      {
        id: 'behind',
        header: t('columns.waiting'),
        serverSort: true,
        align: 'end',
        cell: ({ waiting, oldestWaitingAt }) => (
          <>
            {waiting === undefined ? <span title={t('notCounted')}>…</span> : <Backlog count={waiting} format={format} />}
            {oldestWaitingAt === undefined || waiting === 0 ? null : (
              <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                {t('oldest')} <TimeText at={oldestWaitingAt} />
              </Text>
            )}
          </>
        ),
      },
      { id: 'seen', header: t('columns.seen'), serverSort: true, cell: ({ seenAt }) => <TimeText at={seenAt} /> },
      {
        id: 'webhook',
        header: t('columns.webhook'),
        cell: (row) =>
          row.webhook === undefined ? (
            '–'
          ) : (
            <PathLink to={webhookPath(row)} underline="never">
              <StateBadge state={row.webhook} />
            </PathLink>
          ),
      },
    ],
    [t, format],
  );
}

/** A backlog that should be looked at is marked, not by colour alone. */
function Backlog({ count, format }: { readonly count: number; readonly format: Format }) {
  const text = countedText(format, count, WAITING_COUNTED);
  return count >= 100 ? <ToneBadge tone="warning">{text}</ToneBadge> : text;
}
