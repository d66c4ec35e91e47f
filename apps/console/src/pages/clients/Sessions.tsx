import { Button, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client.js';
import { AddressText } from '../../parts/AddressText.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { TimeText } from '../../parts/TimeText.js';
import { wholeList } from '../../parts/useList.js';
import { type Client, connections } from './client-queries.js';

type Session = Schema<'Session'>;

interface Props {
  readonly client: Client;
  /** Undefined: one may not close any. */
  readonly onClose: ((session: Session) => void) | undefined;
}

/** The live connections of a client. */
export function Sessions({ client, onClose }: Props) {
  const { t } = useTranslation('clients');
  const columns = useMemo<readonly Column<Session>[]>(
    () => [
      { id: 'session', header: t('sessions.session'), cell: ({ session }) => <AddressText value={session} /> },
      { id: 'transport', header: t('sessions.transport'), cell: ({ transport }) => transport },
      { id: 'app', header: t('columns.app'), cell: ({ app }) => app ?? '–' },
      {
        id: 'device',
        header: t('sessions.device'),
        cell: ({ device }) =>
          device ?? (
            <Text span inherit c="dimmed">
              {t('devices.shared')}
            </Text>
          ),
      },
      { id: 'status', header: t('sessions.status'), cell: ({ status }) => status ?? '–' },
      { id: 'address', header: t('sessions.address'), cell: ({ address }) => (address === undefined ? '–' : <AddressText value={address} copy={false} />) },
      { id: 'since', header: t('sessions.since'), cell: ({ since }) => <TimeText at={since} /> },
      ...(onClose === undefined
        ? []
        : [
            {
              id: 'close',
              header: t('sessions.actions'),
              align: 'end' as const,
              narrow: 'bare' as const,
              cell: (session: Session) => (
                <Button size="compact-xs" variant="default" onClick={() => onClose(session)}>
                  {t('sessions.closeShort')}
                </Button>
              ),
            },
          ]),
    ],
    [t, onClose],
  );
  return (
    <ListTable
      list={wholeList(connections(client))}
      columns={columns}
      rowKey={({ session }) => session}
      label={t('sessions.title')}
      empty={{ title: t('sessions.none'), hint: client.webhook === undefined ? t('sessions.noneHint') : t('sessions.noneWebhook') }}
    />
  );
}
