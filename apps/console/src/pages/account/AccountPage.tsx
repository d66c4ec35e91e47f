import { Button, Paper, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { type Session, useSession } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { Notice } from '../../parts/Notice.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PagePart } from '../../parts/PagePart.js';
import { TimeText } from '../../parts/TimeText.js';
import { AdministratorSessions } from '../administrators/AdministratorSessions.js';
import { sessionsQuery } from '../administrators/administrator-queries.js';
import { PasswordForm } from '../administrators/PasswordForm.js';

/** What one may, one's password, and where one is signed in. */
export function AccountPage() {
  const { t } = useTranslation('account');
  const session = useSession();
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      {session === undefined ? null : <Content session={session} />}
    </>
  );
}

function Content({ session }: { readonly session: Session }) {
  const { t } = useTranslation('account');
  const format = useFormat();
  const queries = useQueryClient();
  const { name, role, tenants, expiresAt, oidc = false } = session;
  return (
    <Stack gap="xl">
      <Paper p="md">
        <DescriptionList
          items={[
            { name: t('name'), value: <strong>{name}</strong> },
            { name: t('role'), value: `${t(`common:roles.${role}`)}. ${t(`administrators:roles.${role}`)}` },
            { name: t('reach'), value: tenants === undefined ? t('administrators:wholeInstallation') : format.list(tenants) },
            { name: t('expires'), value: expiresAt === undefined ? undefined : <TimeText at={expiresAt} exact /> },
          ]}
        />
      </Paper>
      <PagePart title={t('sessions')} lead={t('sessionsLead')} actions={<EndOthers name={name} />}>
        <AdministratorSessions name={name} />
      </PagePart>
      <PagePart title={t('password')}>
        {oidc ? (
          <Notice tone="info">{t('passwordOidc')}</Notice>
        ) : (
          <Paper p="md" maw={520}>
            <PasswordForm
              name={name}
              askCurrent={role !== 'owner' || tenants !== undefined}
              hint={t('passwordHint')}
              onDone={(ended) => {
                notifications.show({ message: t('passwordDone', { count: ended }) });
                void queries.invalidateQueries({ queryKey: sessionsQuery(name).queryKey });
              }}
            />
          </Paper>
        )}
      </PagePart>
    </Stack>
  );
}

/** Signs out everywhere but here. */
function EndOthers({ name }: { readonly name: string }) {
  const { t } = useTranslation('account');
  const queries = useQueryClient();
  const { data } = useQuery(sessionsQuery(name));
  const [asking, setAsking] = useState(false);
  const others = (data?.items ?? []).filter(({ current }) => !current);
  if (others.length === 0) return null;
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        {t('endOthers')}
      </Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('endOthersTitle')}
        confirm={t('endOthers')}
        action={async () => {
          try {
            for (const { id } of others)
              await answerOf(api.DELETE('/v1/administrators/{name}/sessions/{session}', { params: { path: { name, session: id } } }));
          } finally {
            await queries.invalidateQueries({ queryKey: sessionsQuery(name).queryKey });
          }
        }}
        onDone={() => notifications.show({ message: t('endOthersDone') })}
      >
        {t('endOthersText', { count: others.length })}
      </ConfirmAction>
    </>
  );
}
