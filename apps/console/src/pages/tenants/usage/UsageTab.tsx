import { Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPause, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../api/client.js';
import { useFormat } from '../../../format/useFormat.js';
import { ConfirmAction } from '../../../parts/ConfirmAction.js';
import { DescriptionList } from '../../../parts/DescriptionList.js';
import { Figure, Figures } from '../../../parts/Figure.js';
import { PathLink } from '../../../parts/PathLink.js';
import { ProblemAlert } from '../../../parts/ProblemAlert.js';
import { withQuery } from '../../../parts/paths.js';
import { RoleGate } from '../../../parts/RoleGate.js';
import { TimeText } from '../../../parts/TimeText.js';
import { type Tenant, tenantPath, usageQuery, useChangeTenant } from '../tenant-queries.js';
import { Limits } from './Limits.js';

/** The server counts no further than this: what is more is shown as at least that much. */
const COUNTED = { clients: 250_000, things: 100_000 } as const;

/** What a tenant has and uses now, each number a way to the list behind it. */
export function UsageTab({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const format = useFormat();
  const { data, error, refetch } = useQuery(usageQuery(tenant.name));
  if (data === undefined) return error === null ? <Skeleton height={260} radius="lg" /> : <ProblemAlert error={error} onRetry={() => void refetch()} />;

  const of = { tenant: tenant.name };
  const upTo = (value: number, most: number) => `${format.number(value)}${value >= most ? '+' : ''}`;
  const link = (to: string, text: string): ReactNode => (
    <PathLink to={to} inherit>
      {text}
    </PathLink>
  );
  return (
    <Stack gap="lg">
      <section aria-labelledby="usage-now">
        <Title order={2} id="usage-now" mb="xs">
          {t('usage.now')}
        </Title>
        <Figures>
          <Figure label={t('usage.clients')} value={link(withQuery('/clients', of), upTo(data.clients, COUNTED.clients))} />
          <Figure
            label={t('usage.online')}
            value={link(withQuery('/clients', { ...of, online: true }), format.number(data.online))}
            note={t('usage.sessions', { count: data.sessions, text: format.number(data.sessions) })}
          />
          <Figure
            label={t('usage.waiting')}
            value={link(withQuery('/clients', { ...of, sort: 'behind' }), format.number(data.waiting))}
            note={
              data.oldestWaitingAt === undefined ? (
                t('usage.noneWaiting')
              ) : (
                <span>
                  {t('usage.oldest')} <TimeText at={data.oldestWaitingAt} />
                </span>
              )
            }
          />
          <Figure
            label={t('usage.deadLetters')}
            tone={data.deadLetters > 0 ? 'warning' : undefined}
            value={link(withQuery('/dead-letters', of), upTo(data.deadLetters, COUNTED.things))}
          />
          <Figure label={t('usage.scheduled')} value={link(withQuery('/scheduled', of), upTo(data.scheduled, COUNTED.things))} />
        </Figures>
      </section>
      <section aria-labelledby="usage-has">
        <Title order={2} id="usage-has" mb="xs">
          {t('usage.has')}
        </Title>
        <Figures>
          <Figure label={t('usage.topics')} value={link(withQuery('/topics', of), upTo(data.topics, COUNTED.things))} />
          <Figure label={t('usage.webhooks')} value={link(withQuery('/webhooks', of), upTo(data.webhooks, COUNTED.things))} />
          <Figure label={t('usage.keys')} value={link(withQuery(tenantPath(tenant.name), { tab: 'keys' }), format.number(data.keys))} />
          <Figure
            label={t('usage.stored')}
            value={link(withQuery('/messages', of), `≈ ${format.number(data.storedMessages)}`)}
            note={data.lastDay === undefined ? undefined : t('usage.lastDay', { text: format.number(data.lastDay.accepted) })}
          />
        </Figures>
      </section>
      <Limits tenant={tenant.name} limits={data.limits} scheduled={data.scheduled} />
      <Paper p="md" component="section" aria-labelledby="usage-about">
        <Title order={2} id="usage-about" mb="xs">
          {t('usage.about')}
        </Title>
        <DescriptionList
          items={[
            { name: t('usage.name'), value: tenant.name },
            { name: t('list.created'), value: <TimeText at={tenant.createdAt} exact zone /> },
            {
              name: t('usage.audit'),
              value: (
                <RoleGate may="viewer" whole otherwise="–">
                  {link(withQuery('/audit', { subject: tenant.name }), t('usage.auditLink'))}
                </RoleGate>
              ),
            },
          ]}
        />
      </Paper>
      <RoleGate may="operator" whole>
        <Ends tenant={tenant} clients={data.clients} />
      </RoleGate>
    </Stack>
  );
}

/** Suspending, and removing. */
function Ends({ tenant, clients }: { readonly tenant: Tenant; readonly clients: number }) {
  const { t } = useTranslation('tenants');
  const format = useFormat();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<'suspend' | 'delete'>();
  const change = useChangeTenant(tenant.name, { done: t('suspend.done') });
  return (
    <Paper p="md" component="section" aria-labelledby="usage-ends">
      <Title order={2} id="usage-ends" mb="xs">
        {t('usage.ends')}
      </Title>
      <Text size="sm" c="dimmed" mb="md" maw="72ch">
        {t('usage.endsLead')}
      </Text>
      <Group gap="xs">
        {tenant.suspended ? null : (
          <Button variant="default" leftSection={<IconPlayerPause size={16} />} onClick={() => setAsking('suspend')}>
            {t('suspend.open')}
          </Button>
        )}
        <Button variant="default" c="var(--bad-text)" leftSection={<IconTrash size={16} />} onClick={() => setAsking('delete')}>
          {t('delete.open')}
        </Button>
      </Group>
      <ConfirmAction
        opened={asking === 'suspend'}
        onClose={() => setAsking(undefined)}
        title={t('suspend.title', { name: tenant.name })}
        confirm={t('suspend.confirm')}
        action={() => change.mutateAsync({ suspended: true })}
      >
        {t('suspend.text')}
      </ConfirmAction>
      <ConfirmAction
        opened={asking === 'delete'}
        onClose={() => setAsking(undefined)}
        title={t('delete.title', { name: tenant.name })}
        confirm={t('delete.confirm')}
        dangerous
        typed={tenant.name}
        action={() => api.DELETE('/v1/tenants/{tenant}', { params: { path: { tenant: tenant.name } } })}
        onDone={() => {
          notifications.show({ message: t('delete.done', { name: tenant.name }), color: 'teal' });
          // Away first: what is shown here would be asked again, and is gone.
          void navigate({ to: '/tenants' }).then(() => queries.invalidateQueries({ queryKey: ['tenants', 'list'] }));
        }}
      >
        {t('delete.text', { count: clients, text: format.number(clients) })}
      </ConfirmAction>
    </Paper>
  );
}
