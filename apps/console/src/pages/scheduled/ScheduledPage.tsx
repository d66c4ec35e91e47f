import { Button, Text } from '@mantine/core';
import { IconCalendarX } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Item, type Query } from '../../api/client.js';
import { useMay, useSession } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import { pageOfAddress } from '../../parts/address-page.js';
import type { Column } from '../../parts/column.js';
import { FilterBar, TenantFilter, TextFilter } from '../../parts/FilterBar.js';
import { ListTable } from '../../parts/ListTable.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PathLink, useGo } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { TimeText } from '../../parts/TimeText.js';
import { useFilters } from '../../parts/useFilters.js';
import { useList } from '../../parts/useList.js';
import { useSearchOn } from '../../parts/useSearchOn.js';
import { CancelDialog } from './CancelDialog.js';

export type Scheduled = Item<'/v1/scheduled'>;

const FILTERS = ['tenant', 'from', 'to'] as const;

/** What waits for its time, soonest first; can be cancelled until then. */
export function ScheduledPage() {
  const { t } = useTranslation('scheduled');
  const go = useGo();
  const operator = useMay('operator');
  const filters = useFilters(FILTERS);
  const query: Query<'/v1/scheduled'> = filters.values;
  const [cancelling, setCancelling] = useState<Scheduled>();
  const cancel = useCallback((message: Scheduled) => setCancelling(message), []);
  const list = useList<Scheduled>({
    key: ['scheduled', query],
    fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/scheduled', { params: { query: { ...query, cursor, limit } }, signal })),
    refetchMs: 10_000,
  });
  useSearchOn(list, JSON.stringify(query));
  const columns = useColumns(operator ? cancel : undefined);
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <FilterBar filters={filters}>
        <TenantFilter filters={filters} name="tenant" />
        <TextFilter filters={filters} name="from" label={t('filters.from')} placeholder="server" />
        <TextFilter filters={filters} name="to" label={t('filters.to')} placeholder="ivanov" />
      </FilterBar>
      <ListTable
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('title')}
        onOpen={({ id }) => go(pathTo`/messages/${id}`)}
        empty={filters.active > 0 ? { title: t('noneFound'), hint: t('noneFoundHint') } : { title: t('none'), hint: t('noneHint') }}
      />
      <CancelDialog message={cancelling} onClose={() => setCancelling(undefined)} />
    </>
  );
}

function useColumns(onCancel: ((message: Scheduled) => void) | undefined): readonly Column<Scheduled>[] {
  const { t } = useTranslation('scheduled');
  const format = useFormat();
  const installation = useSession()?.installation;
  return useMemo(() => {
    const columns: readonly Column<Scheduled>[] = [
      {
        id: 'due',
        header: t('columns.due', { zone: format.zone(Date.now()) }),
        narrow: 'line',
        cell: ({ deliverAt }) => (
          <>
            <TimeText at={deliverAt} fw={600} />
            <Text size="xs" c="dimmed" component="div" style={{ whiteSpace: 'nowrap' }}>
              {format.time(deliverAt)}
            </Text>
          </>
        ),
      },
      {
        id: 'type',
        header: t('columns.type'),
        narrow: 'title',
        cell: ({ id, type }) => (
          <PathLink to={pathTo`/messages/${id}`} size="sm" fw={600}>
            {type}
          </PathLink>
        ),
      },
      {
        id: 'to',
        header: t('columns.to'),
        cell: ({ to, recipients }) => {
          const [first = '–'] = to;
          return (
            <>
              <AddressText value={first} to={pageOfAddress(first, installation)} copy={false} wrap />
              {recipients > 1 ? (
                <Text size="xs" c="dimmed" title={to.join('\n')}>
                  {t('andMore', { count: recipients - 1, text: format.number(recipients - 1) })}
                </Text>
              ) : null}
            </>
          );
        },
      },
      {
        id: 'from',
        header: t('columns.from'),
        cell: ({ from, sentAt }) => (
          <>
            <AddressText value={from} to={pageOfAddress(from, installation)} copy={false} wrap />
            <Text size="xs" c="dimmed" component="div">
              {t('sent')} <TimeText at={sentAt} />
            </Text>
          </>
        ),
      },
    ];
    if (onCancel === undefined) return columns;
    const cancel: Column<Scheduled> = {
      id: 'cancel',
      header: t('columns.cancel'),
      narrow: 'bare',
      cell: (message) => (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconCalendarX size={15} />}
          aria-label={t('cancel.openOf', { type: message.type, to: message.to[0] ?? '' })}
          onClick={() => onCancel(message)}
        >
          {t('cancel.open')}
        </Button>
      ),
    };
    return [...columns, cancel];
  }, [t, format, installation, onCancel]);
}
