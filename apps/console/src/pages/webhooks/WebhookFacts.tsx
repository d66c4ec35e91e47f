import { Paper } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { PathLink } from '../../parts/PathLink.js';
import { withQuery } from '../../parts/paths.js';
import { TimeText } from '../../parts/TimeText.js';
import { countedText, WAITING_COUNTED } from '../clients/backlog-text.js';
import type { Client, ClientPlace } from '../clients/client-queries.js';
import { shownUrl } from './shown-url.js';
import { useErrorText } from './useErrorText.js';
import { clientPath, type Webhook } from './webhook-queries.js';

interface Props {
  readonly place: ClientPlace;
  readonly client: Client;
  readonly webhook: Webhook;
}

/** All that is known of one webhook. */
export function WebhookFacts({ place, client, webhook }: Props) {
  const { t } = useTranslation('webhooks');
  const format = useFormat();
  const say = useErrorText();
  const { url, format: wire, lastError, failures, nextAttemptAt, downSince, createdAt, changedAt } = webhook;
  return (
    <Paper p="md">
      <DescriptionList
        items={[
          { name: t('columns.url'), value: <AddressText value={shownUrl(url)} copy={false} wrap /> },
          { name: t('facts.format'), value: t(`formats.${wire}`) },
          { name: t('facts.client'), value: <AddressText value={client.address} to={clientPath(place)} wrap /> },
          {
            name: t('columns.waiting'),
            value: client.waiting === undefined ? undefined : countedText(format, client.waiting, WAITING_COUNTED),
          },
          { name: t('columns.failures'), value: format.number(failures) },
          { name: t('columns.lastError'), value: lastError === undefined ? undefined : say(lastError) },
          { name: t('columns.next'), value: nextAttemptAt === undefined ? undefined : <TimeText at={nextAttemptAt} /> },
          { name: t('columns.down'), value: downSince === undefined ? undefined : <TimeText at={downSince} exact /> },
          { name: t('facts.created'), value: <TimeText at={createdAt} exact /> },
          { name: t('facts.changed'), value: createdAt === changedAt ? undefined : <TimeText at={changedAt} exact /> },
          {
            name: t('facts.beside'),
            value: (
              <PathLink to={withQuery('/why', { to: client.address })} size="sm">
                {t('facts.why')}
              </PathLink>
            ),
          },
        ]}
      />
    </Paper>
  );
}
