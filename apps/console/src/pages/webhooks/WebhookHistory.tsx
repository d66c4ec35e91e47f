import { Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { PathLink } from '../../parts/PathLink.js';
import { withQuery } from '../../parts/paths.js';
import { Timeline } from '../../parts/Timeline.js';
import { type ClientPlace, clientKey } from '../clients/client-queries.js';
import { type Happening, history } from './history.js';
import { useErrorText } from './useErrorText.js';
import type { Webhook } from './webhook-queries.js';

/** Entries of the audit trail that are shown; all of them are on its own page. */
const AUDITED = 20;

interface Props {
  readonly place: ClientPlace;
  readonly webhook: Webhook;
  /** Whoever looks may read the audit trail. */
  readonly audited: boolean;
}

/** What was done to a webhook, and how it has done since, oldest first. */
export function WebhookHistory({ place, webhook, audited }: Props) {
  const { t } = useTranslation('webhooks');
  const say = useErrorText();
  const subject = `${place.client}@${place.tenant}`;
  const { data } = useQuery({
    queryKey: [...clientKey(place), 'webhook audit', webhook.changedAt, webhook.state],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/audit', { params: { query: { subject, action: 'webhook.*', limit: AUDITED } }, signal })),
    enabled: audited,
  });
  return (
    <Paper p="md">
      <Timeline
        label={t('history.title')}
        moments={history(webhook, data?.items ?? []).map((one) => ({
          key: one.key,
          at: one.at,
          tone: one.tone,
          title: t(`history.${one.what}`),
          detail: <Detail one={one} say={say} />,
        }))}
      />
      {audited ? (
        <PathLink to={withQuery('/audit', { subject })} size="sm">
          {t('history.audit')}
        </PathLink>
      ) : null}
    </Paper>
  );
}

function Detail({ one: { who, detail, tries }, say }: { readonly one: Happening; readonly say: (text: string) => string }) {
  const { t } = useTranslation('webhooks');
  if (who === undefined && detail === undefined && tries === undefined) return undefined;
  return (
    <Text size="sm" c="dimmed" component="div">
      {who === undefined ? null : <div>{t('history.by', { who })}</div>}
      {detail === undefined ? null : <div>{say(detail)}</div>}
      {tries === undefined ? null : <div>{t('situation.tried', { count: tries, text: String(tries) })}</div>}
    </Text>
  );
}
