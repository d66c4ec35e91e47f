import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { TimeText } from '../../parts/TimeText.js';
import { wholeList } from '../../parts/useList.js';
import { BEHIND_COUNTED, countedText } from './backlog-text.js';
import { type Client, WEBHOOK_DEVICE } from './client-queries.js';

type Device = Schema<'Device'>;

/** How far each device of a client has come. */
export function Devices({ client }: { readonly client: Client }) {
  const { t } = useTranslation('clients');
  const format = useFormat();
  const columns = useMemo<readonly Column<Device>[]>(
    () => [
      {
        id: 'device',
        header: t('devices.device'),
        cell: ({ device }) =>
          device === WEBHOOK_DEVICE
            ? t('devices.webhook')
            : (device ?? (
                <Text span inherit c="dimmed">
                  {t('devices.shared')}
                </Text>
              )),
        value: ({ device }) => device ?? '',
      },
      {
        id: 'behind',
        header: t('devices.behind'),
        align: 'end',
        cell: ({ behind = 0 }) => countedText(format, behind, BEHIND_COUNTED),
        value: ({ behind = 0 }) => behind,
      },
      { id: 'moved', header: t('devices.moved'), cell: ({ movedAt }) => <TimeText at={movedAt} />, value: ({ movedAt }) => movedAt },
      { id: 'position', header: t('devices.position'), cell: ({ position }) => (position === undefined ? '–' : <AddressText value={position} />) },
      { id: 'delivered', header: t('devices.delivered'), cell: ({ delivered }) => (delivered === undefined ? '–' : <AddressText value={delivered} />) },
    ],
    [t, format],
  );
  return (
    <ListTable
      list={wholeList(client.devices)}
      columns={columns}
      rowKey={({ device }) => device ?? ''}
      label={t('devices.title')}
      empty={{ title: t('devices.none'), hint: t('devices.noneHint') }}
    />
  );
}
