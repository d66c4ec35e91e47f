import { Group, NumberInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Item } from '../../api/client.js';
import { useSession } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import { pageOfAddress } from '../../parts/address-page.js';
import type { Column } from '../../parts/column.js';
import { FilterBar, TenantFilter, TextFilter } from '../../parts/FilterBar.js';
import { ListTable } from '../../parts/ListTable.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PagePart } from '../../parts/PagePart.js';
import { StateBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { type Filters, useFilters } from '../../parts/useFilters.js';
import { useList } from '../../parts/useList.js';
import styles from './CallsPage.module.css';
import { MethodTable } from './MethodTable.js';
import { callQueryOf, slowerThanOf, VIEWS, viewOf } from './views.js';

type Call = Item<'/v1/calls'>;

const FILTERS = ['tenant', 'method'] as const;
const LOOK = ['view', 'slower'] as const;
const EVERY_MS = 3_000;
const LISTED = 100;

/** Who calls whom, how long it takes, and what fails. */
export function CallsPage() {
  const { t } = useTranslation('calls');
  const format = useFormat();
  const filters = useFilters(FILTERS);
  const look = useFilters(LOOK);
  const view = viewOf(look.values.view);
  const query = callQueryOf({ ...look.values, ...filters.values });
  const list = useList<Call, { readonly items: readonly Call[]; readonly kept: number }>({
    key: ['calls', query],
    fetch: ({ signal }) => answerOf(api.GET('/v1/calls', { params: { query: { ...query, limit: LISTED } }, signal })),
    refetchMs: EVERY_MS,
  });
  const columns = useColumns(list.items);

  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <Stack gap="md">
        <Group gap="md" align="flex-end">
          <SegmentedControl
            aria-label={t('look')}
            size="sm"
            value={view}
            onChange={(value) => look.set('view', value === 'recent' ? undefined : value)}
            data={VIEWS.map((value) => ({ value, label: t(`views.${value}`) }))}
            className={styles.views}
          />
          {view === 'slow' ? <SlowerThan look={look} /> : null}
        </Group>
        <FilterBar filters={filters}>
          <TenantFilter filters={filters} name="tenant" />
          <TextFilter filters={filters} name="method" label={t('method')} placeholder={t('methodPart')} />
        </FilterBar>
        {list.items.length === 0 || view === 'open' ? null : <MethodTable calls={list.items} />}
        <PagePart title={t('listed')}>
          <ListTable
            list={list}
            columns={columns}
            rowKey={({ id }) => id}
            label={t('title')}
            note={list.first === undefined ? undefined : t('kept', { count: list.first.kept, text: format.number(list.first.kept) })}
            empty={
              filters.active > 0 || view !== 'recent'
                ? { title: t(`none.${view}`), hint: t('noneHintFiltered') }
                : { title: t('none.recent'), hint: t('noneHint') }
            }
          />
        </PagePart>
      </Stack>
    </>
  );
}

function SlowerThan({ look }: { readonly look: Filters<(typeof LOOK)[number]> }) {
  const { t } = useTranslation('calls');
  const write = useDebouncedCallback((value: number | string) => look.set('slower', String(value)), 400);
  return (
    <NumberInput
      className={styles.slower}
      label={t('slowerThan')}
      size="sm"
      min={0}
      max={120_000}
      step={100}
      allowDecimal={false}
      defaultValue={slowerThanOf(look.values.slower)}
      suffix={t('msSuffix')}
      onChange={write}
    />
  );
}

function useColumns(calls: readonly Call[]): readonly Column<Call>[] {
  const { t } = useTranslation('calls');
  const format = useFormat();
  const installation = useSession()?.installation;
  const longest = useMemo(() => calls.reduce((most, { durationMs }) => Math.max(most, durationMs ?? 0), 1), [calls]);
  return useMemo(() => {
    const address = (text: string) => {
      const page = pageOfAddress(text, installation);
      return <AddressText value={text} copy={false} {...(page === undefined ? {} : { to: page })} />;
    };
    return [
      {
        id: 'method',
        header: t('method'),
        cell: ({ method, answer }) => (
          <span className={styles.method}>
            {method}
            {answer === 'one' ? null : <span className={styles.dim}> {t(`answer.${answer}`)}</span>}
          </span>
        ),
      },
      {
        id: 'state',
        header: t('state'),
        narrow: 'bare',
        cell: ({ state, problem }) => (
          <Stack gap={2} align="flex-start">
            <StateBadge state={state} />
            {problem === undefined ? null : (
              <Text span size="xs" c="var(--bad-text)" title={problem}>
                {t(`common:problems.${problem}`, { defaultValue: problem })}
              </Text>
            )}
          </Stack>
        ),
      },
      {
        id: 'duration',
        header: t('duration'),
        width: 190,
        cell: ({ durationMs, state }) =>
          durationMs === undefined ? (
            '–'
          ) : (
            <span className={styles.duration}>
              <span className={styles.track} aria-hidden>
                <span className={styles.bar} data-state={state} style={{ width: `${(100 * durationMs) / longest}%` }} />
              </span>
              <span className={styles.ms}>{durationText(format, durationMs)}</span>
            </span>
          ),
      },
      { id: 'from', header: t('from'), cell: ({ from }) => address(from) },
      { id: 'to', header: t('to'), cell: ({ to }) => address(to) },
      { id: 'startedAt', header: t('startedAt'), cell: ({ startedAt }) => <TimeText at={startedAt} /> },
    ];
  }, [t, format, installation, longest]);
}

function durationText(format: ReturnType<typeof useFormat>, ms: number): string {
  return format.duration(ms > 0 && ms < 1 ? 1 : ms);
}
