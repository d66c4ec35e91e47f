import { Button, Stack } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem-error.js';
import { useMay, useSession } from '../../api/session.js';
import { EmptyState } from '../../parts/EmptyState.js';
import { LinkButton } from '../../parts/LinkButton.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PagePart } from '../../parts/PagePart.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { StateBadge } from '../../parts/StateBadge.js';
import { PagePending } from '../../shell/PagePending.js';
import { MessageData } from './MessageData.js';
import { MessageFacts } from './MessageFacts.js';
import { type Life, lifeQuery } from './message-life.js';
import { Recipients } from './Recipients.js';
import { WithdrawDialog } from './WithdrawDialog.js';
import { withdrawalOf } from './withdrawal.js';

/** One message, and what became of it for each recipient. */
export function MessagePage() {
  const { id = '' } = useParams({ strict: false });
  return <Content key={id} id={id} />;
}

function Content({ id }: { readonly id: string }) {
  const { t } = useTranslation('messages');
  const { data: life, error, isPending, refetch } = useQuery(lifeQuery(id));
  const [withdrawing, setWithdrawing] = useState(false);
  const mayWithdraw = useMayWithdraw(life);
  const crumbs = [{ title: t('title'), to: '/messages' }];

  if (life === undefined) {
    return (
      <>
        <PageHeader title={t('one')} crumbs={crumbs} />
        {isPending ? (
          <PagePending />
        ) : asProblem(error).status === 404 ? (
          <EmptyState title={t('unknown')} hint={t('unknownHint', { id })} action={<LinkButton to="/messages">{t('toSearch')}</LinkButton>} />
        ) : (
          <ProblemAlert error={error} onRetry={() => void refetch()} />
        )}
      </>
    );
  }
  const [only, ...others] = life.recipients;
  return (
    <>
      <PageHeader
        title={life.type}
        badge={only !== undefined && others.length === 0 && life.counts === undefined ? <StateBadge state={only.state} /> : undefined}
        crumbs={crumbs}
        actions={
          mayWithdraw ? (
            <Button size="xs" variant="default" leftSection={<IconArrowBackUp size={16} />} onClick={() => setWithdrawing(true)}>
              {t(life.recipients.every(({ state }) => state === 'scheduled') ? 'withdraw.cancel' : 'withdraw.open')}
            </Button>
          ) : undefined
        }
      />
      <Stack gap="lg">
        <ProblemAlert error={error} onRetry={() => void refetch()} />
        <MessageFacts life={life} />
        <PagePart title={t('life.title')}>
          <Recipients life={life} />
        </PagePart>
        <PagePart title={t('data.title')}>
          <MessageData life={life} />
        </PagePart>
      </Stack>
      <WithdrawDialog life={life} opened={withdrawing} onClose={() => setWithdrawing(false)} />
    </>
  );
}

/** Operators may; those of single tenants what their tenants sent. And there must be somebody to take it back from. */
function useMayWithdraw(life: Life | undefined): boolean {
  const operator = useMay('operator');
  const tenants = useSession()?.tenants;
  if (life === undefined || !operator) return false;
  if (tenants !== undefined && (life.tenant === undefined || !tenants.includes(life.tenant))) return false;
  return withdrawalOf(life).from > 0;
}
