import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { PathLink, useGo } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { TimeText } from '../../parts/TimeText.js';
import { type List, useList } from '../../parts/useList.js';
import { type ClientPlace, clientKey } from './client-queries.js';

type WaitingMessage = Schema<'WaitingMessage'>;

/** The direct messages that wait for a client, oldest first. */
export function useWaiting(place: ClientPlace, enabled: boolean): List<WaitingMessage> {
  return useList<WaitingMessage>({
    key: [...clientKey(place), 'waiting'],
    fetch: ({ cursor, limit, signal }) =>
      answerOf(api.GET('/v1/tenants/{tenant}/clients/{client}/waiting', { params: { path: place, query: { cursor, limit } }, signal })),
    limit: 10,
    refetchMs: 10_000,
    enabled,
  });
}

export function Waiting({ list }: { readonly list: List<WaitingMessage> }) {
  const { t } = useTranslation('clients');
  const format = useFormat();
  const go = useGo();
  const columns = useMemo<readonly Column<WaitingMessage>[]>(
    () => [
      {
        id: 'type',
        header: t('waiting.type'),
        cell: ({ id, type }) => (
          <PathLink to={pathTo`/messages/${id}`} size="sm">
            {type}
          </PathLink>
        ),
      },
      { id: 'from', header: t('waiting.from'), cell: ({ from }) => <AddressText value={from} copy={false} /> },
      { id: 'sent', header: t('waiting.sent'), cell: ({ sentAt }) => <TimeText at={sentAt} /> },
      { id: 'expires', header: t('waiting.expires'), narrow: 'hidden', cell: ({ expiresAt }) => <TimeText at={expiresAt} /> },
      { id: 'attempts', header: t('waiting.attempts'), align: 'end', cell: ({ attempts }) => format.number(attempts ?? 0) },
      { id: 'bytes', header: t('waiting.bytes'), align: 'end', narrow: 'hidden', cell: ({ bytes }) => format.bytes(bytes) },
      { id: 'position', header: t('waiting.position'), narrow: 'hidden', cell: ({ position }) => <AddressText value={position} /> },
    ],
    [t, format],
  );
  return (
    <ListTable
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      label={t('waiting.title')}
      onOpen={({ id }) => go(pathTo`/messages/${id}`)}
      empty={{ title: t('waiting.none'), hint: t('waiting.noneHint') }}
    />
  );
}
