import { Button, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { AddressText } from '../../parts/AddressText.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { PathLink } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { useList } from '../../parts/useList.js';
import { SubscribeClient } from './SubscribeClient.js';
import { messagesPath, type TopicPlace } from './topic-place.js';

type Subscriber = Schema<'Subscriber'>;

/** One topic beside the list: who is subscribed to it, by its name or by a pattern. */
export function TopicDrawer({ place, onClose }: { readonly place: TopicPlace | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation('topics');
  return (
    <Drawer
      opened={place !== undefined}
      onClose={onClose}
      position="right"
      size="min(34rem, 100%)"
      title={place === undefined ? '' : `#${place.topic}`}
      closeButtonProps={{ 'aria-label': t('common:parts.close') }}
    >
      {place === undefined ? null : <Content key={`${place.tenant} ${place.topic}`} place={place} />}
    </Drawer>
  );
}

function Content({ place }: { readonly place: TopicPlace }) {
  const { t } = useTranslation('topics');
  const { tenant, topic } = place;
  const queries = useQueryClient();
  const mayChange = useMay('operator');
  const [subscribing, setSubscribing] = useState(false);
  const [ending, setEnding] = useState<Subscriber>();
  const list = useList<Subscriber>({
    key: ['topics', 'subscribers', tenant, topic],
    fetch: ({ cursor, limit, signal }) =>
      answerOf(api.GET('/v1/tenants/{tenant}/topics/{topic}/subscribers', { params: { path: { tenant, topic }, query: { cursor, limit } }, signal })),
    refetchMs: 10_000,
  });
  const columns = useMemo((): readonly Column<Subscriber>[] => {
    return [
      {
        id: 'client',
        header: t('client'),
        cell: ({ client }) => <AddressText value={client} to={pathTo`/tenants/${tenant}/clients/${client}`} copy={false} wrap />,
      },
      {
        id: 'pattern',
        header: t('pattern'),
        cell: ({ pattern }) =>
          pattern === topic ? (
            t('byName')
          ) : (
            <Text span ff="monospace" size="sm">
              {pattern}
            </Text>
          ),
      },
      ...(mayChange
        ? [
            {
              id: 'actions',
              header: t('actions'),
              align: 'end' as const,
              cell: (row: Subscriber) => (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  c="var(--bad-text)"
                  aria-label={t('endOf', { client: row.client })}
                  onClick={() => setEnding(row)}
                >
                  {t('end')}
                </Button>
              ),
            },
          ]
        : []),
    ];
  }, [t, tenant, topic, mayChange]);

  return (
    <Stack gap="md">
      <Group gap="4px 16px">
        <PathLink to={pathTo`/tenants/${tenant}`} size="sm">
          {t('ofTenant', { tenant })}
        </PathLink>
        <PathLink to={messagesPath(place)} size="sm">
          {t('itsMessages')}
        </PathLink>
        <PathLink to={`${pathTo`/tenants/${tenant}`}?tab=topics`} size="sm">
          {t('itsRules')}
        </PathLink>
      </Group>
      <Group justify="space-between" gap="xs">
        <Title order={2}>{t('subscribers')}</Title>
        {mayChange ? (
          <Button size="xs" leftSection={<IconPlus size={15} />} onClick={() => setSubscribing(true)}>
            {t('subscribe.here')}
          </Button>
        ) : null}
      </Group>
      <ListTable
        list={list}
        columns={columns}
        rowKey={({ client, pattern }) => `${client} ${pattern}`}
        label={t('subscribersOf', { topic })}
        empty={{ title: t('noSubscribers'), hint: t('noSubscribersHint') }}
      />
      <SubscribeClient opened={subscribing} tenant={tenant} topic={topic} onClose={() => setSubscribing(false)} />
      <ConfirmAction
        opened={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title={t('endTitle', { client: ending?.client ?? '' })}
        confirm={t('end')}
        dangerous
        action={async () => {
          if (ending !== undefined)
            await api.DELETE('/v1/tenants/{tenant}/subscriptions', { params: { path: { tenant } }, body: { topic: ending.pattern, client: ending.client } });
        }}
        onDone={() => {
          notifications.show({ message: t('ended'), color: 'teal' });
          void queries.invalidateQueries({ queryKey: ['topics'] });
        }}
      >
        {ending === undefined ? null : t(ending.pattern === topic ? 'endText' : 'endPatternText', { topic, pattern: ending.pattern })}
      </ConfirmAction>
    </Stack>
  );
}
