import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PagePart } from '../../parts/PagePart.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { PagePending } from '../../shell/PagePending.js';
import { type Act, ClientActions } from './ClientActions.js';
import { ClientDialogs } from './ClientDialogs.js';
import { ClientFacts } from './ClientFacts.js';
import { ClientWebhook } from './ClientWebhook.js';
import { type ClientPlace, clientQuery } from './client-queries.js';
import { Devices } from './Devices.js';
import { OnlineBadge } from './OnlineBadge.js';
import { Sessions } from './Sessions.js';
import { Subscriptions } from './Subscriptions.js';
import { useWaiting, Waiting } from './Waiting.js';
import { WhyBehind } from './WhyBehind.js';

/** One client: whether it is there, what waits for it and why, and what can be done. */
export function ClientPage() {
  const { tenant = '', client = '' } = useParams({ strict: false });
  // Another client is another page: nothing that was opened or typed goes over to it.
  return <Content key={`${client}@${tenant}`} place={{ tenant, client }} />;
}

function Content({ place }: { readonly place: ClientPlace }) {
  const { t } = useTranslation('clients');
  const operator = useMay('operator');
  const { data: client, error, isPending, refetch } = useQuery(clientQuery(place));
  const waiting = useWaiting(place, client !== undefined);
  const [act, setAct] = useState<Act>();
  const crumbs = [
    { title: t('title'), to: '/clients' },
    { title: place.tenant, to: `/clients?tenant=${encodeURIComponent(place.tenant)}` },
  ];

  if (client === undefined) {
    return (
      <>
        <PageHeader title={place.client} crumbs={crumbs} />
        {isPending ? <PagePending /> : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={client.client}
        badge={<OnlineBadge online={client.online} webhook={client.webhook} />}
        crumbs={crumbs}
        actions={<ClientActions client={client} place={place} onAct={setAct} />}
      />
      <Stack gap="lg">
        {/* What was there is still shown: it may only be a moment. */}
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        <WhyBehind client={client} place={place} oldest={waiting.items[0]} onAct={setAct} />
        <ClientFacts client={client} place={place} oldest={waiting.items[0]} onAct={setAct} />
        <PagePart title={t('waiting.title')}>
          <Waiting list={waiting} />
        </PagePart>
        <PagePart title={t('sessions.title')}>
          <Sessions client={client} onClose={operator ? (session) => setAct({ kind: 'close', session }) : undefined} />
        </PagePart>
        <PagePart title={t('devices.title')}>
          <Devices client={client} />
        </PagePart>
        <PagePart title={t('subscriptions.title')}>
          <Subscriptions client={client} place={place} onAct={setAct} />
        </PagePart>
        <PagePart title={t('webhook.title')}>
          <ClientWebhook client={client} place={place} />
        </PagePart>
      </Stack>
      <ClientDialogs client={client} place={place} act={act} onAct={setAct} />
    </>
  );
}
