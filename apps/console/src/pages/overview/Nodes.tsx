import { Group, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { PagePart } from '../../parts/PagePart.js';
import { ToneBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { wholeList } from '../../parts/useList.js';
import styles from './OverviewPage.module.css';
import type { Node } from './stats.js';

/** Of a loop that is so late others than the one it works for notice. */
const LATE_MS = 50;

interface Props {
  readonly nodes: readonly Node[] | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
}

/** The processes of this installation. */
export function Nodes({ nodes, error, onRetry }: Props) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  const columns = useMemo<readonly Column<Node>[]>(
    () => [
      {
        id: 'host',
        header: t('nodes.host'),
        cell: ({ host, self, node }) => (
          <Group gap={6} wrap="nowrap">
            <Text span fw={600} size="sm" title={node} className={styles.single}>
              {host}
            </Text>
            {self ? <ToneBadge tone="neutral">{t('nodes.self')}</ToneBadge> : null}
          </Group>
        ),
      },
      {
        id: 'state',
        header: t('nodes.state'),
        narrow: 'bare',
        cell: ({ accepting }) => <ToneBadge tone={accepting ? 'good' : 'warning'}>{t(accepting ? 'nodes.working' : 'nodes.draining')}</ToneBadge>,
      },
      { id: 'version', header: t('nodes.version'), cell: ({ version }) => version },
      { id: 'since', header: t('nodes.since'), cell: ({ startedAt }) => <TimeText at={startedAt} /> },
      { id: 'sessions', header: t('nodes.sessions'), align: 'end', cell: ({ sessions }) => format.number(sessions) },
      { id: 'memory', header: t('nodes.memory'), align: 'end', cell: ({ memoryBytes }) => <span className={styles.single}>{format.bytes(memoryBytes)}</span> },
      { id: 'cpu', header: t('nodes.cpu'), align: 'end', cell: ({ cpu }) => format.percent(cpu) },
      {
        id: 'loop',
        header: t('nodes.loop'),
        align: 'end',
        cell: ({ loopDelayMs }) => (
          <Text span inherit {...(loopDelayMs >= LATE_MS ? { c: 'var(--warning-text)', fw: 600 } : {})}>
            {t('ms', { text: format.number(loopDelayMs, 1) })}
          </Text>
        ),
      },
    ],
    [t, format],
  );
  return (
    <PagePart title={t('nodes.title')} lead={t('nodes.lead')}>
      <ListTable
        list={{ ...wholeList(nodes ?? []), loading: nodes === undefined && error === null, error, retry: onRetry }}
        columns={columns}
        rowKey={({ node }) => node}
        label={t('nodes.title')}
        empty={{ title: t('nodes.none') }}
      />
    </PagePart>
  );
}
