import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Query } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { PathLink, useGo } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { TimeText } from '../../parts/TimeText.js';
import { useList } from '../../parts/useList.js';
import { deadLettersKey, type Group, lettersPath, type Which } from './dead-letter-queries.js';

/** So far the server counts them. */
const COUNTED = 100_000;

/** Dead letters by tenant and reason, most first: one cause is mended once. */
export function Groups({ which, filtered }: { readonly which: Which; readonly filtered: boolean }) {
  const { t } = useTranslation('dead-letters');
  const go = useGo();
  const { tenant, client } = which;
  const query: Query<'/v1/dead-letters/groups'> = { tenant, client };
  const list = useList<Group>({
    key: [...deadLettersKey, 'groups', query],
    fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/dead-letters/groups', { params: { query: { ...query, cursor, limit } }, signal })),
    refetchMs: 10_000,
  });
  const columns = useColumns(client);
  const counted = list.items.reduce((sum, { count }) => sum + count, 0);
  return (
    <ListTable
      list={list}
      columns={columns}
      rowKey={({ tenant, reason }) => `${tenant} ${reason}`}
      label={t('title')}
      onOpen={(group) => go(lettersPath({ tenant: group.tenant, client, reason: group.reason }))}
      note={counted >= COUNTED ? t('groups.counted') : undefined}
      empty={filtered ? { title: t('noneFound'), hint: t('noneFoundHint') } : { title: t('none'), hint: t('noneHint') }}
    />
  );
}

function useColumns(client: string | undefined): readonly Column<Group>[] {
  const { t } = useTranslation('dead-letters');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'reason',
        header: t('columns.reason'),
        cell: ({ tenant, reason }) => (
          <PathLink to={lettersPath({ tenant, client, reason })} size="sm" fw={600}>
            {reason === '' ? t('noReason') : reason}
          </PathLink>
        ),
      },
      {
        id: 'count',
        header: t('columns.count'),
        align: 'end',
        narrow: 'bare',
        cell: ({ count }) => (
          <Text inherit span fw={600}>
            {format.number(count)}
          </Text>
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
      { id: 'clients', header: t('columns.clients'), align: 'end', cell: ({ clients }) => format.number(clients) },
      { id: 'types', header: t('columns.types'), cell: ({ types }) => <div style={{ minWidth: '8rem' }}>{types.join(', ')}</div> },
      {
        id: 'newest',
        header: t('columns.newest'),
        cell: ({ newestAt, oldestAt }) => (
          <>
            <TimeText at={newestAt} />
            <Text size="xs" c="dimmed" component="div">
              {t('whole.oldest')} <TimeText at={oldestAt} />
            </Text>
          </>
        ),
      },
    ],
    [t, format, client],
  );
}
