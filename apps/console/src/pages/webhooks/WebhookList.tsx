import { Button, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import type { Column } from '../../parts/column.js';
import { FilterBar, SelectFilter, TenantFilter, TextFilter } from '../../parts/FilterBar.js';
import { ListTable } from '../../parts/ListTable.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PathLink, useGo } from '../../parts/PathLink.js';
import { StateBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { useFilters } from '../../parts/useFilters.js';
import { useList } from '../../parts/useList.js';
import { useSearchOn } from '../../parts/useSearchOn.js';
import { countedText, WAITING_COUNTED } from '../clients/backlog-text.js';
import { byStates } from './by-states.js';
import { NewWebhook } from './NewWebhook.js';
import { shownUrl } from './shown-url.js';
import { useErrorText } from './useErrorText.js';
import { useResume } from './useResume.js';
import styles from './WebhookList.module.css';
import { type Listed, onePath, STATES, type State, webhooksKey } from './webhook-queries.js';

const FILTERS = ['search', 'tenant', 'state'] as const;

/** Webhooks of all tenants: what fails or is paused first. */
export function WebhookList() {
  const { t } = useTranslation('webhooks');
  const go = useGo();
  const operator = useMay('operator');
  const filters = useFilters(FILTERS);
  const { search, tenant, state } = filters.values;
  const [adding, setAdding] = useState(false);
  const states = STATES.filter((one) => state === undefined || one === state);
  const list = useList<Listed>({
    key: [...webhooksKey, { search, tenant, state }],
    fetch: ({ cursor, limit, signal }) =>
      byStates(states, (one: State, page) => answerOf(api.GET('/v1/webhooks', { params: { query: { search, tenant, state: one, ...page } }, signal })), {
        cursor,
        limit,
      }),
    refetchMs: 5_000,
  });
  useSearchOn(list, JSON.stringify(filters.values));
  const columns = useColumns(operator);
  const add = operator ? (
    <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      {t('add.open')}
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} actions={add} />
      <FilterBar filters={filters}>
        <TextFilter filters={filters} name="search" label={t('filters.search')} placeholder={t('filters.searchPlaceholder')} wide />
        <TenantFilter filters={filters} name="tenant" />
        <SelectFilter
          filters={filters}
          name="state"
          label={t('columns.state')}
          options={STATES.map((value) => ({ value, label: t(`common:states.${value}`) }))}
        />
      </FilterBar>
      <ListTable
        list={list}
        columns={columns}
        rowKey={({ tenant, client }) => `${client}@${tenant}`}
        label={t('title')}
        onOpen={(row) => go(onePath(row))}
        empty={filters.active > 0 ? { title: t('noneFound'), hint: t('noneFoundHint'), action: add } : { title: t('none'), hint: t('noneHint'), action: add }}
      />
      {adding ? <NewWebhook tenant={tenant} client={list.items.length === 0 ? search : undefined} onClose={() => setAdding(false)} /> : null}
    </>
  );
}

function useColumns(operator: boolean): readonly Column<Listed>[] {
  const { t } = useTranslation('webhooks');
  const format = useFormat();
  return useMemo(() => {
    const columns: readonly Column<Listed>[] = [
      {
        id: 'client',
        header: t('columns.client'),
        cell: (row) => (
          <div className={styles.wide}>
            <PathLink to={onePath(row)} size="sm">
              <Text span inherit fw={600}>
                {row.client}
              </Text>
              @{row.tenant}
            </PathLink>
            <Text size="xs" c="dimmed" ff="monospace" fw={400} style={{ overflowWrap: 'anywhere' }}>
              {shownUrl(row.url)}
            </Text>
          </div>
        ),
      },
      { id: 'state', header: t('columns.state'), narrow: 'bare', cell: ({ state }) => <StateBadge state={state} /> },
      { id: 'why', header: t('columns.why'), cell: (row) => <Why row={row} /> },
      {
        id: 'waiting',
        header: t('columns.waiting'),
        align: 'end',
        cell: ({ waiting }) => countedText(format, waiting, WAITING_COUNTED),
      },
      { id: 'down', header: t('columns.stopped'), cell: ({ downSince }) => <TimeText at={downSince} /> },
    ];
    if (!operator) return columns;
    return [...columns, { id: 'act', header: t('columns.act'), cell: (row) => <QuickResume row={row} /> }];
  }, [t, format, operator]);
}

/** Why it takes nothing, in words, and how often it was tried. */
function Why({ row: { state, reason, lastError, failures, nextAttemptAt } }: { readonly row: Listed }) {
  const { t } = useTranslation('webhooks');
  const format = useFormat();
  const say = useErrorText();
  const text = state === 'paused' ? (reason ?? lastError) : lastError;
  if (text === undefined) {
    return (
      <Text span inherit c="dimmed">
        {t('takes')}
      </Text>
    );
  }
  return (
    <div className={styles.wide}>
      {say(text)}
      <Text size="xs" c="dimmed" component="div">
        {state === 'paused' ? t('notTried') : failures === 0 ? null : t('tried', { count: failures, text: format.number(failures) })}
        {state === 'paused' || nextAttemptAt === undefined ? null : (
          <>
            {failures === 0 ? '' : ', '}
            {t('next')} <TimeText at={nextAttemptAt} />
          </>
        )}
      </Text>
    </div>
  );
}

/** What mends most of them once the endpoint is there again. */
function QuickResume({ row }: { readonly row: Listed }) {
  const { t } = useTranslation('webhooks');
  const resume = useResume(row);
  if (row.state === 'active') return '–';
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconPlayerPlay size={14} />}
      loading={resume.isPending}
      aria-label={t(row.state === 'paused' ? 'resume.of' : 'retry.of', { client: row.client, tenant: row.tenant })}
      onClick={() => resume.mutate()}
    >
      {t(row.state === 'paused' ? 'resume.open' : 'retry.open')}
    </Button>
  );
}
