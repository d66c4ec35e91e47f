import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { AddressText } from '../../parts/AddressText.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { PagePart } from '../../parts/PagePart.js';
import { TimeText } from '../../parts/TimeText.js';
import { wholeList } from '../../parts/useList.js';
import { ownKeysQuery, useLinksChanged } from './links-queries.js';

type OwnKey = Schema<'LinkKeys'>['keys'][number];

/** The keys by which the neighbours know this installation. */
export function OwnKeys() {
  const { t } = useTranslation('links');
  const owner = useMay('owner', { whole: true });
  const changed = useLinksChanged();
  const keys = useQuery(ownKeysQuery);
  const [rotating, setRotating] = useState(false);
  const [revoked, setRevoked] = useState<string>();
  const newest = keys.data?.keys[0]?.key;
  const columns = useMemo<readonly Column<OwnKey>[]>(
    () => [
      { id: 'key', header: t('keys.key'), cell: ({ key }) => <AddressText value={key} /> },
      { id: 'use', header: t('keys.use'), narrow: 'bare', cell: ({ key }) => t(key === newest ? 'keys.signs' : 'keys.counts') },
      { id: 'until', header: t('keys.expires'), cell: ({ expiresAt }) => <TimeText at={expiresAt} exact /> },
      ...(owner
        ? [
            {
              id: 'revoke',
              header: t('keys.actions'),
              align: 'end' as const,
              cell: ({ key }: OwnKey) => (
                <Button size="compact-sm" variant="subtle" color="red" onClick={() => setRevoked(key)} aria-label={`${t('keys.revoke')}: ${key}`}>
                  {t('keys.revoke')}
                </Button>
              ),
            },
          ]
        : []),
    ],
    [t, newest, owner],
  );
  const done = async (text: string) => {
    await changed();
    notifications.show({ message: text });
  };
  return (
    <PagePart
      title={t('keys.own')}
      lead={t('keys.ownLead')}
      actions={
        owner ? (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={15} />} onClick={() => setRotating(true)}>
            {t('keys.rotate')}
          </Button>
        ) : null
      }
    >
      {keys.data?.id === undefined ? null : (
        <Group gap={6} mb="xs">
          <Text size="sm" c="dimmed">
            {t('keys.ownId')}
          </Text>
          <AddressText value={keys.data.id} wrap />
        </Group>
      )}
      <ListTable
        list={{ ...wholeList(keys.data?.keys ?? []), loading: keys.isPending, error: keys.error, retry: () => void keys.refetch() }}
        columns={columns}
        rowKey={({ key }) => key}
        label={t('keys.own')}
        empty={{ title: t('keys.none') }}
      />
      <ConfirmAction
        opened={rotating}
        onClose={() => setRotating(false)}
        title={t('keys.rotateTitle')}
        confirm={t('keys.rotate')}
        action={() => answerOf(api.POST('/v1/links/keys/rotate'))}
        onDone={() => void done(t('keys.rotated'))}
      >
        {t('keys.rotateWhat')}
      </ConfirmAction>
      <ConfirmAction
        opened={revoked !== undefined}
        onClose={() => setRevoked(undefined)}
        title={t('keys.revokeTitle')}
        confirm={t('keys.revoke')}
        dangerous
        action={() => answerOf(api.DELETE('/v1/links/keys/{key}', { params: { path: { key: revoked ?? '' } } }))}
        onDone={() => void done(t('keys.revoked'))}
      >
        {t('keys.revokeWhat', { key: revoked ?? '' })}
      </ConfirmAction>
    </PagePart>
  );
}
