import { Button, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem-error.js';
import { useMay } from '../../api/session.js';
import { EmptyState } from '../../parts/EmptyState.js';
import { LinkButton } from '../../parts/LinkButton.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PagePart } from '../../parts/PagePart.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { withQuery } from '../../parts/paths.js';
import { StateBadge } from '../../parts/StateBadge.js';
import { PagePending } from '../../shell/PagePending.js';
import { type Client, type ClientPlace, clientQuery } from '../clients/client-queries.js';
import { SetWebhook } from './SetWebhook.js';
import { Situation } from './Situation.js';
import { type Act, WebhookActions } from './WebhookActions.js';
import { WebhookDialogs } from './WebhookDialogs.js';
import { WebhookFacts } from './WebhookFacts.js';
import { WebhookHistory } from './WebhookHistory.js';
import { WebhookLetters } from './WebhookLetters.js';
import { WebhookWaiting } from './WebhookWaiting.js';
import { clientPath, type Webhook, webhookQuery } from './webhook-queries.js';

/** One webhook: how it does and why, what waits for it, what it did not take, and what can be done. */
export function WebhookOne({ place }: { readonly place: ClientPlace }) {
  const { t } = useTranslation('webhooks');
  const client = useQuery(clientQuery(place));
  const asked = client.data?.webhook !== undefined;
  const webhook = useQuery({ ...webhookQuery(place), enabled: asked });
  const unknown = isNone(client.error);
  // Somebody else may have removed it just now.
  const has = asked && !isNone(webhook.error);
  const error = unknown ? null : (client.error ?? (has ? webhook.error : null));
  const crumbs = [
    { title: t('title'), to: '/webhooks' },
    { title: place.tenant, to: withQuery('/webhooks', { tenant: place.tenant }) },
  ];
  const [setting, setSetting] = useState<Webhook | 'new'>();
  return (
    <>
      {client.data !== undefined && has && webhook.data !== undefined ? (
        <Content place={place} client={client.data} webhook={webhook.data} error={error} onChange={() => setSetting(webhook.data)} />
      ) : (
        waiting()
      )}
      {/* Out here: it stays, with the secret it shows, while the page behind it becomes another. */}
      {setting === undefined ? null : <SetWebhook place={place} webhook={setting === 'new' ? undefined : setting} onClose={() => setSetting(undefined)} />}
    </>
  );

  function waiting() {
    return (
      <>
        <PageHeader title={place.client} crumbs={crumbs} />
        {error !== null ? (
          <ProblemAlert
            error={error}
            onRetry={() => {
              void client.refetch();
              if (has) void webhook.refetch();
            }}
          />
        ) : unknown || (client.data !== undefined && !has) ? (
          <None place={place} unknown={unknown} onSet={() => setSetting('new')} />
        ) : (
          <PagePending />
        )}
      </>
    );
  }
}

function None({ place, unknown, onSet }: { readonly place: ClientPlace; readonly unknown: boolean; readonly onSet: () => void }) {
  const { t } = useTranslation('webhooks');
  const operator = useMay('operator');
  return (
    <EmptyState
      title={t(unknown ? 'one.unknown' : 'one.none', { client: place.client, tenant: place.tenant })}
      hint={t(unknown ? 'one.unknownHint' : 'one.noneHint')}
      action={
        <Stack gap="xs" mt="xs" align="center">
          {operator ? (
            <Button size="xs" leftSection={<IconPlus size={16} />} onClick={onSet}>
              {t('add.open')}
            </Button>
          ) : null}
          {unknown ? null : <LinkButton to={clientPath(place)}>{t('one.client')}</LinkButton>}
        </Stack>
      }
    />
  );
}

interface ContentProps {
  readonly place: ClientPlace;
  readonly client: Client;
  readonly webhook: Webhook;
  readonly error: Error | null;
  readonly onChange: () => void;
}

function Content({ place, client, webhook, error, onChange }: ContentProps) {
  const { t } = useTranslation('webhooks');
  const operator = useMay('operator');
  const whole = useMay('viewer', { whole: true });
  const [act, setAct] = useState<Act>();
  const crumbs = [
    { title: t('title'), to: '/webhooks' },
    { title: place.tenant, to: withQuery('/webhooks', { tenant: place.tenant }) },
  ];
  return (
    <>
      <PageHeader
        title={place.client}
        badge={<StateBadge state={webhook.state} />}
        crumbs={crumbs}
        actions={operator ? <WebhookActions webhook={webhook} onChange={onChange} onAct={setAct} /> : undefined}
      />
      <Stack gap="lg">
        {/* What was there is still shown: it may only be a moment. */}
        <ProblemAlert error={error} />
        <Situation place={place} webhook={webhook} waiting={client.waiting} />
        <WebhookFacts place={place} client={client} webhook={webhook} />
        <PagePart title={t('waiting.title')} lead={t('waiting.lead')}>
          <WebhookWaiting place={place} />
        </PagePart>
        <WebhookLetters place={place} onReplay={operator ? (count) => setAct({ kind: 'replay', count }) : undefined} />
        <PagePart title={t('history.title')}>
          <WebhookHistory place={place} webhook={webhook} audited={whole} />
        </PagePart>
      </Stack>
      <WebhookDialogs place={place} act={act} onClose={() => setAct(undefined)} />
    </>
  );
}

function isNone(error: Error | null): boolean {
  return error !== null && asProblem(error).status === 404;
}
