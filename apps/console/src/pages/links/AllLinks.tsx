import { Button, Group, Stack, Text } from '@mantine/core';
import { IconAffiliate, IconMailForward, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useSession } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import type { Column } from '../../parts/column.js';
import { EmptyState } from '../../parts/EmptyState.js';
import { ListTable } from '../../parts/ListTable.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PagePart } from '../../parts/PagePart.js';
import { PathLink, useGo } from '../../parts/PathLink.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { StateBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { wholeList } from '../../parts/useList.js';
import { AcceptLink } from './AcceptLink.js';
import { LinkGraph } from './LinkGraph.js';
import styles from './Links.module.css';
import { linkPath } from './link-path.js';
import { stateOfLink } from './link-state.js';
import { type Link, linksQuery } from './links-queries.js';
import { MakeInvite } from './MakeInvite.js';
import { OwnKeys } from './OwnKeys.js';

/** All links: as a picture, and as a table. */
export function AllLinks() {
  const { t } = useTranslation('links');
  const own = useSession()?.installation ?? '';
  const owner = useMay('owner', { whole: true });
  const links = useQuery(linksQuery);
  const [inviting, setInviting] = useState(false);
  const [accepting, setAccepting] = useState(false);
  const items = links.data?.items;
  const actions = owner ? (
    <>
      <Button size="sm" variant="default" leftSection={<IconMailForward size={16} />} onClick={() => setAccepting(true)}>
        {t('accept.open')}
      </Button>
      <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setInviting(true)}>
        {t('invite.open')}
      </Button>
    </>
  ) : null;

  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} actions={items === undefined || items.length === 0 ? null : actions} />
      <Stack gap="xl">
        {items !== undefined && items.length === 0 ? (
          <Begin actions={actions} />
        ) : (
          <>
            {items === undefined ? null : <LinkGraph own={own} links={items} />}
            <LinkTable links={items} error={links.error} onRetry={() => void links.refetch()} />
            <OwnKeys />
          </>
        )}
      </Stack>
      {items === undefined || items.length === 0 ? null : <ProblemAlert error={links.error} />}
      <MakeInvite opened={inviting} onClose={() => setInviting(false)} />
      <AcceptLink opened={accepting} onClose={() => setAccepting(false)} />
    </>
  );
}

function Begin({ actions }: { readonly actions: React.ReactNode }) {
  const { t } = useTranslation('links');
  const owner = useMay('owner', { whole: true });
  return (
    <div className={styles.begin}>
      <EmptyState
        icon={<IconAffiliate size={38} stroke={1.3} />}
        title={t('none.title')}
        hint={
          <>
            <p>{t('none.what')}</p>
            <ol className={styles.steps}>
              <li>{t('none.invite')}</li>
              <li>{t('none.accept')}</li>
              <li>{t('none.confirm')}</li>
              <li>{t('none.let')}</li>
            </ol>
            {owner ? null : <p>{t('none.owner')}</p>}
          </>
        }
        action={
          <Group gap="xs" mt="xs" justify="center">
            {actions}
          </Group>
        }
      />
    </div>
  );
}

function LinkTable({ links, error, onRetry }: { readonly links: readonly Link[] | undefined; readonly error: Error | null; readonly onRetry: () => void }) {
  const { t } = useTranslation('links');
  const format = useFormat();
  const go = useGo();
  const columns = useMemo<readonly Column<Link>[]>(
    () => [
      {
        id: 'name',
        header: t('columns.name'),
        value: ({ name }) => name,
        cell: ({ id, name }) => (
          <PathLink to={linkPath(id)} fw={600} size="sm">
            {name}
          </PathLink>
        ),
      },
      { id: 'state', header: t('columns.state'), narrow: 'bare', value: stateOfLink, cell: (link) => <StateBadge state={stateOfLink(link)} /> },
      { id: 'since', header: t('columns.since'), cell: ({ since }) => <TimeText at={since} /> },
      {
        id: 'queue',
        header: t('columns.queue'),
        align: 'end',
        value: ({ queue }) => queue.messages,
        cell: ({ queue }) => (
          <>
            {format.number(queue.messages)}
            {queue.oldestAt === undefined ? null : (
              <Text size="xs" c="dimmed">
                {t('figures.oldest')} <TimeText at={queue.oldestAt} />
              </Text>
            )}
          </>
        ),
      },
      {
        id: 'rate',
        header: t('columns.rate'),
        align: 'end',
        cell: ({ rate }) => (rate === undefined ? '–' : t('rate', { in: format.number(rate.in, 1), out: format.number(rate.out, 1) })),
      },
      { id: 'roundTrip', header: t('columns.roundTrip'), align: 'end', cell: ({ roundTrip }) => (roundTrip === undefined ? '–' : format.duration(roundTrip)) },
      { id: 'behind', header: t('columns.behind'), align: 'end', cell: ({ behind }) => (behind === undefined ? '–' : format.number(behind.installations)) },
    ],
    [t, format],
  );
  return (
    <PagePart title={t('table')}>
      <ListTable
        list={{ ...wholeList(links ?? []), loading: links === undefined && error === null, error, retry: onRetry }}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('title')}
        onOpen={({ id }) => go(linkPath(id))}
        empty={{ title: t('none.title') }}
      />
    </PagePart>
  );
}
