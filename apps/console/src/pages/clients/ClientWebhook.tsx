import { Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { PathLink } from '../../parts/PathLink.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { StateBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { type Client, type ClientPlace, clientKey, webhookPath } from './client-queries.js';

/** Where what a client is sent is POSTed, and how that goes. */
export function ClientWebhook({ client, place }: { readonly client: Client; readonly place: ClientPlace }) {
  const { t } = useTranslation('clients');
  const { data: webhook, error } = useQuery({
    queryKey: [...clientKey(place), 'webhook', client.webhook],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/tenants/{tenant}/clients/{client}/webhook', { params: { path: place }, signal })),
    enabled: client.webhook !== undefined,
    refetchInterval: 10_000,
  });
  if (client.webhook === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {t('webhook.none')}{' '}
        <PathLink inherit to={webhookPath(place)} underline="always">
          {t('webhook.add')}
        </PathLink>
      </Text>
    );
  }
  return (
    <Paper p="md">
      <DescriptionList
        items={[
          { name: t('webhook.state'), value: <StateBadge state={webhook?.state ?? client.webhook} /> },
          { name: t('webhook.url'), value: webhook?.url },
          { name: t('webhook.reason'), value: webhook?.reason },
          { name: t('webhook.lastError'), value: webhook?.lastError },
          { name: t('webhook.nextAttempt'), value: webhook?.nextAttemptAt === undefined ? undefined : <TimeText at={webhook.nextAttemptAt} /> },
          { name: t('webhook.downSince'), value: webhook?.downSince === undefined ? undefined : <TimeText at={webhook.downSince} exact /> },
          {
            name: t('webhook.manage'),
            value: (
              <PathLink inherit to={webhookPath(place)}>
                {t('webhook.open')}
              </PathLink>
            ),
          },
        ]}
      />
      <ProblemAlert error={error} />
    </Paper>
  );
}
