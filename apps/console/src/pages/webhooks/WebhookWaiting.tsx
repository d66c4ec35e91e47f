import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { PathLink, useGo } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { TimeText } from '../../parts/TimeText.js';
import type { ClientPlace } from '../clients/client-queries.js';
import { useWaiting } from '../clients/Waiting.js';

type WaitingMessage = Schema<'WaitingMessage'>;

/** What waits to be POSTed, in the order in which it will be. */
export function WebhookWaiting({ place }: { readonly place: ClientPlace }) {
  const { t } = useTranslation('webhooks');
  const format = useFormat();
  const go = useGo();
  const list = useWaiting(place, true);
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
      { id: 'from', header: t('waiting.from'), cell: ({ from }) => <AddressText value={from} copy={false} wrap /> },
      { id: 'sent', header: t('waiting.sent'), cell: ({ sentAt }) => <TimeText at={sentAt} /> },
      { id: 'expires', header: t('waiting.expires'), cell: ({ expiresAt }) => <TimeText at={expiresAt} /> },
      { id: 'attempts', header: t('waiting.attempts'), align: 'end', cell: ({ attempts }) => format.number(attempts ?? 0) },
      { id: 'bytes', header: t('waiting.bytes'), align: 'end', narrow: 'hidden', cell: ({ bytes }) => format.bytes(bytes) },
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
