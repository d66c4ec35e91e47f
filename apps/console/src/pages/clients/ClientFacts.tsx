import { ActionIcon, Group, Paper, Stack, Text, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { Figure, Figures } from '../../parts/Figure.js';
import { PathLink } from '../../parts/PathLink.js';
import { pathTo, withQuery } from '../../parts/paths.js';
import { TimeText } from '../../parts/TimeText.js';
import { BEHIND_COUNTED, countedText, WAITING_COUNTED } from './backlog-text.js';
import type { Act } from './ClientActions.js';
import { type Client, type ClientPlace, connections } from './client-queries.js';

interface Props {
  readonly client: Client;
  readonly place: ClientPlace;
  readonly oldest: Schema<'WaitingMessage'> | undefined;
  readonly onAct: (act: Act) => void;
}

/** Who a client is, and how it is doing. */
export function ClientFacts({ client, place, oldest, onAct }: Props) {
  const { t } = useTranslation('clients');
  const format = useFormat();
  const operator = useMay('operator');
  const { waiting = 0, behind = 0 } = client;
  return (
    <Stack gap="sm">
      <Figures>
        <Figure
          label={t('facts.waiting')}
          value={countedText(format, waiting, WAITING_COUNTED)}
          tone={waiting >= 100 ? 'warning' : undefined}
          note={
            oldest === undefined || waiting === 0 ? (
              t('facts.waitingNone')
            ) : (
              <span>
                {t('oldest')} <TimeText at={oldest.sentAt} />
              </span>
            )
          }
        />
        <Figure label={t('facts.behind')} value={countedText(format, behind, BEHIND_COUNTED)} note={t('facts.behindNote')} />
        <Figure label={t('facts.sessions')} value={format.number(connections(client).length)} note={seenNote(client, t)} />
        <Figure label={t('facts.subscriptions')} value={format.number(client.subscriptions?.length ?? 0)} />
      </Figures>
      <Paper p="md">
        <DescriptionList
          items={[
            { name: t('facts.address'), value: <AddressText value={client.address} wrap /> },
            {
              name: t('facts.title'),
              value: (
                <Group gap={4} wrap="nowrap" align="flex-start">
                  {client.title === undefined ? (
                    <Text span inherit c="dimmed">
                      {t('facts.noTitle')}
                    </Text>
                  ) : (
                    <span>{client.title}</span>
                  )}
                  {operator ? (
                    <Tooltip label={t('titleForm.open')}>
                      <ActionIcon size="sm" aria-label={t('titleForm.open')} onClick={() => onAct({ kind: 'title' })}>
                        <IconPencil size={15} />
                      </ActionIcon>
                    </Tooltip>
                  ) : null}
                </Group>
              ),
            },
            {
              name: t('common:parts.tenant'),
              value: (
                <PathLink inherit to={pathTo`/tenants/${place.tenant}`}>
                  {place.tenant}
                </PathLink>
              ),
            },
            { name: t('facts.seen'), value: client.seenAt === undefined ? t('common:parts.never') : <TimeText at={client.seenAt} exact zone /> },
            { name: t('facts.created'), value: <TimeText at={client.createdAt} exact /> },
            { name: t('facts.revoked'), value: client.revokedBefore === undefined ? undefined : <TimeText at={client.revokedBefore} exact /> },
            {
              name: t('facts.messages'),
              value: (
                <Group gap="sm">
                  <PathLink inherit to={withQuery('/messages', { to: client.address })}>
                    {t('facts.messagesTo')}
                  </PathLink>
                  <PathLink inherit to={withQuery('/messages', { from: client.address })}>
                    {t('facts.messagesFrom')}
                  </PathLink>
                  <PathLink inherit to={withQuery('/dead-letters', { tenant: place.tenant, client: place.client })}>
                    {t('facts.deadLetters')}
                  </PathLink>
                  <PathLink inherit to={withQuery('/tail', { to: client.address })}>
                    {t('facts.tail')}
                  </PathLink>
                </Group>
              ),
            },
          ]}
        />
      </Paper>
    </Stack>
  );
}

function seenNote(client: Client, t: (key: string) => string) {
  if (client.online) return undefined;
  if (client.seenAt === undefined) return t('facts.neverSeen');
  return (
    <span>
      {t('facts.lastSeen')} <TimeText at={client.seenAt} />
    </span>
  );
}
