import { Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Item } from '../../api/client.js';
import type { Format } from '../../format/format.js';
import { useFormat } from '../../format/useFormat.js';
import type { Column } from '../../parts/column.js';
import { FilterBar, TenantFilter, TextFilter } from '../../parts/FilterBar.js';
import { ListTable } from '../../parts/ListTable.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PathLink } from '../../parts/PathLink.js';
import { pathTo, withQuery } from '../../parts/paths.js';
import { RoleGate } from '../../parts/RoleGate.js';
import { TimeText } from '../../parts/TimeText.js';
import { useFilters } from '../../parts/useFilters.js';
import { useList } from '../../parts/useList.js';
import { useSearchOn } from '../../parts/useSearchOn.js';
import { SubscribeClient } from './SubscribeClient.js';
import { TopicDrawer } from './TopicDrawer.js';
import { messagesPath, SUBSCRIBERS_COUNTED } from './topic-place.js';

type Topic = Item<'/v1/topics'>;

const FILTERS = ['search', 'tenant'] as const;
/** Which topic is shown beside the list, and of which tenant. */
const SHOWN = ['topic', 'of'] as const;

/** Named streams, and who listens. */
export function TopicsPage() {
  const { t } = useTranslation('topics');
  const format = useFormat();
  const filters = useFilters(FILTERS);
  const shown = useFilters(SHOWN);
  const [subscribing, setSubscribing] = useState(false);
  const { values } = filters;
  const list = useList<Topic>({
    key: ['topics', 'list', values],
    fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/topics', { params: { query: { ...values, cursor, limit } }, signal })),
    refetchMs: 10_000,
  });
  useSearchOn(list, JSON.stringify(values));
  const columns = useColumns(t, format, values);
  const { topic, of } = shown.values;
  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={
          <RoleGate may="operator">
            <Button leftSection={<IconPlus size={16} />} onClick={() => setSubscribing(true)}>
              {t('subscribe.open')}
            </Button>
          </RoleGate>
        }
      />
      <FilterBar filters={filters}>
        <TextFilter filters={filters} name="search" label={t('search')} placeholder={t('searchPlaceholder')} wide />
        <TenantFilter filters={filters} name="tenant" />
      </FilterBar>
      <ListTable
        list={list}
        columns={columns}
        rowKey={keyOf}
        label={t('title')}
        onOpen={(row) => shown.setAll({ topic: row.topic, of: row.tenant })}
        selected={topic === undefined || of === undefined ? undefined : keyOf({ tenant: of, topic })}
        empty={filters.active > 0 ? { title: t('noneFound'), hint: t('noneFoundHint') } : { title: t('none'), hint: t('noneHint') }}
      />
      <TopicDrawer place={topic === undefined || of === undefined ? undefined : { tenant: of, topic }} onClose={shown.clear} />
      <SubscribeClient opened={subscribing} tenant={values.tenant} topic={undefined} onClose={() => setSubscribing(false)} />
    </>
  );
}

const keyOf = ({ tenant, topic }: { readonly tenant: string; readonly topic: string }) => `${tenant} ${topic}`;

function useColumns(t: TFunction, format: Format, filters: Readonly<Record<string, string | undefined>>): readonly Column<Topic>[] {
  return useMemo(
    () => [
      {
        id: 'topic',
        header: t('topic'),
        cell: ({ topic, tenant }) => (
          <PathLink to={withQuery('/topics', { ...filters, topic, of: tenant })} ff="monospace" fw={600} size="sm">
            {`#${topic}`}
          </PathLink>
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
        id: 'subscribers',
        header: t('subscribers'),
        align: 'end',
        cell: ({ subscribers }) => (
          <Text span inherit c={subscribers === 0 ? 'dimmed' : undefined}>
            {subscribers >= SUBSCRIBERS_COUNTED ? `${format.number(SUBSCRIBERS_COUNTED)}+` : format.number(subscribers)}
          </Text>
        ),
      },
      {
        id: 'last',
        header: t('last'),
        cell: ({ lastAt }) =>
          lastAt === undefined ? (
            <Text span size="sm" c="dimmed">
              {t('neverWritten')}
            </Text>
          ) : (
            <TimeText at={lastAt} />
          ),
      },
      {
        id: 'retained',
        header: t('retained'),
        cell: ({ retained }) =>
          retained === undefined ? (
            <Text span size="sm" c="dimmed">
              –
            </Text>
          ) : (
            <PathLink to={pathTo`/messages/${retained}`} size="sm">
              {t('retainedOne')}
            </PathLink>
          ),
      },
      {
        id: 'messages',
        header: t('messages'),
        cell: ({ topic, tenant }) => (
          <PathLink to={messagesPath({ topic, tenant })} size="sm" aria-label={t('messagesOf', { topic })}>
            {t('show')}
          </PathLink>
        ),
      },
    ],
    [t, format, filters],
  );
}
