import { Paper } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { Figure, Figures } from '../../parts/Figure.js';
import { PagePart } from '../../parts/PagePart.js';
import styles from './OverviewPage.module.css';
import type { Stats } from './stats.js';

/** A commit that takes so long slows down every sender. */
const SLOW_MS = 50;

/** The database: how fast it commits, and what fills it. */
export function Postgres({ postgres }: { readonly postgres: NonNullable<Stats['postgres']> }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  const { version, embedded, commitMs, sizeBytes, partitions, tables } = postgres;
  const most = Math.max(1, ...tables.map(({ bytes }) => bytes));
  return (
    <PagePart title={t('postgres.title')} lead={t(embedded ? 'postgres.embedded' : 'postgres.external')}>
      <Figures>
        <Figure label={t('postgres.version')} value={version} />
        <Figure
          label={t('postgres.commit')}
          value={format.number(commitMs, 1)}
          unit={t('msUnit')}
          {...(commitMs >= SLOW_MS ? { tone: 'warning' as const, note: t('postgres.slow') } : {})}
        />
        <Figure label={t('postgres.size')} value={format.bytes(sizeBytes)} />
        <Figure label={t('postgres.partitions')} value={format.number(partitions)} />
      </Figures>
      {tables.length === 0 ? null : (
        <Paper className={styles.card} mt="xs">
          <h3 className={styles.name}>{t('postgres.tables')}</h3>
          <dl className={styles.tables}>
            {tables.map(({ name, bytes }) => (
              <TableSize key={name} name={name} text={format.bytes(bytes)} share={bytes / most} />
            ))}
          </dl>
        </Paper>
      )}
    </PagePart>
  );
}

function TableSize({ name, text, share }: { readonly name: string; readonly text: string; readonly share: number }) {
  return (
    <>
      <dt>
        <span className={styles.share} style={{ width: `${100 * share}%` }} aria-hidden />
        <span>{name}</span>
      </dt>
      <dd>{text}</dd>
    </>
  );
}
