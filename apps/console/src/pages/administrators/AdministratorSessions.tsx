import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { ToneBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { wholeList } from '../../parts/useList.js';
import { type AdministratorSession, sessionsQuery } from './administrator-queries.js';

/** Where an administrator is signed in; each can be ended but the one that looks. */
export function AdministratorSessions({ name }: { readonly name: string }) {
  const { t } = useTranslation('administrators');
  const queries = useQueryClient();
  const sessions = useQuery(sessionsQuery(name));
  const [ending, setEnding] = useState<AdministratorSession>();
  const columns = useMemo<readonly Column<AdministratorSession>[]>(
    () => [
      {
        id: 'browser',
        header: t('sessions.browser'),
        cell: ({ browser, current }) => (
          <>
            {browser ?? t('sessions.unknownBrowser')} {current ? <ToneBadge tone="info">{t('sessions.current')}</ToneBadge> : null}
          </>
        ),
      },
      {
        id: 'address',
        header: t('sessions.address'),
        cell: ({ address }) => (
          <Text span ff="monospace" size="sm">
            {address ?? '–'}
          </Text>
        ),
      },
      { id: 'since', header: t('sessions.since'), cell: ({ createdAt }) => <TimeText at={createdAt} /> },
      { id: 'seen', header: t('sessions.seen'), cell: ({ lastSeenAt }) => <TimeText at={lastSeenAt} /> },
      { id: 'expires', header: t('sessions.expires'), cell: ({ expiresAt }) => <TimeText at={expiresAt} /> },
      {
        id: 'end',
        header: t('columns.actions'),
        align: 'end',
        narrow: 'bare',
        cell: (session) =>
          session.current ? null : (
            <Button size="compact-sm" variant="default" onClick={() => setEnding(session)}>
              {t('sessions.end')}
            </Button>
          ),
      },
    ],
    [t],
  );
  return (
    <>
      {sessions.data === undefined && sessions.error !== null ? (
        <ProblemAlert error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : (
        <ListTable
          list={{ ...wholeList(sessions.data?.items ?? []), loading: sessions.isPending }}
          columns={columns}
          rowKey={({ id }) => id}
          label={t('sessions.label')}
          empty={{ title: t('sessions.none'), hint: t('sessions.noneHint') }}
        />
      )}
      <ConfirmAction
        opened={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title={t('sessions.endTitle')}
        confirm={t('sessions.end')}
        action={() => answerOf(api.DELETE('/v1/administrators/{name}/sessions/{session}', { params: { path: { name, session: ending?.id ?? '' } } }))}
        onDone={() => {
          notifications.show({ message: t('sessions.ended') });
          void queries.invalidateQueries({ queryKey: sessionsQuery(name).queryKey });
        }}
      >
        {t('sessions.endText', { browser: ending?.browser ?? t('sessions.unknownBrowser'), address: ending?.address ?? '–' })}
      </ConfirmAction>
    </>
  );
}
