import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { AttentionList } from './AttentionList.js';
import { FirstSteps } from './FirstSteps.js';
import { Freshness } from './Freshness.js';
import { LastHour } from './LastHour.js';
import { LinksNow } from './LinksNow.js';
import { Nodes } from './Nodes.js';
import { Now } from './Now.js';
import styles from './OverviewPage.module.css';
import { Postgres } from './Postgres.js';
import { nodesQuery, statsQuery } from './stats.js';
import { Waiting } from './Waiting.js';

/** How the installation is doing, and what needs attention. */
export function OverviewPage() {
  const { t } = useTranslation('overview');
  const whole = useMay('viewer', { whole: true });
  const stats = useQuery(statsQuery);
  const nodes = useQuery({ ...nodesQuery, enabled: whole });
  const { data } = stats;

  return (
    <>
      <PageHeader
        title={t('title')}
        lead={whole ? t('lead') : t('leadOfTenants')}
        actions={data === undefined ? null : <Freshness at={data.at} failed={stats.isError} />}
      />
      {data === undefined ? (
        stats.isError ? (
          <ProblemAlert error={stats.error} onRetry={() => void stats.refetch()} />
        ) : (
          <Stack gap="md" aria-busy>
            <Skeleton height={72} radius="lg" />
            <Skeleton height={150} radius="lg" />
            <Skeleton height={280} radius="lg" />
          </Stack>
        )
      ) : (
        <Stack gap="xl">
          <ProblemAlert error={stats.error} onRetry={() => void stats.refetch()} />
          <AttentionList attention={data.attention} />
          <FirstSteps stats={data} />
          {data.now === undefined ? null : <Now now={data.now} />}
          {data.series === undefined || data.hour === undefined ? null : <LastHour series={data.series} hour={data.hour} />}
          <div className={styles.pair}>
            <Waiting waiting={data.waiting} />
            {data.links === undefined ? null : <LinksNow links={data.links} />}
          </div>
          {whole ? <Nodes nodes={nodes.data?.items} error={nodes.error} onRetry={() => void nodes.refetch()} /> : null}
          {data.postgres === undefined ? null : <Postgres postgres={data.postgres} />}
        </Stack>
      )}
    </>
  );
}
