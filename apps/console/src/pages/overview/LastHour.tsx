import { Paper, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type ChartSeries, LiveChart } from '../../parts/LiveChart.js';
import { PagePart } from '../../parts/PagePart.js';
import { Funnel } from './Funnel.js';
import styles from './OverviewPage.module.css';
import type { Stats } from './stats.js';

type Name = 'sessions' | 'accepted' | 'delivered' | 'acknowledged' | 'refused' | 'expired';

/** A node that has just started knows little: the chart begins before it, with nothing in it. Five minutes. */
const POINTS_MIN = 30;

/** The last hour: what went through, what did not, and who was there. */
export function LastHour({ series, hour }: { readonly series: NonNullable<Stats['series']>; readonly hour: NonNullable<Stats['hour']> }) {
  const { t } = useTranslation('overview');
  const missing = Math.max(0, POINTS_MIN - series.sessions.length);
  const charts = useMemo(() => {
    const before = Array.from({ length: missing }, () => null);
    // The step that has just begun would look like a fall.
    const of = (name: Name, tone: ChartSeries['tone'], dashed = false): ChartSeries => ({
      label: t(`now.${name}`),
      values: [...before, ...(series[name].length > 1 ? series[name].slice(0, -1) : series[name])],
      tone,
      dashed,
    });
    return {
      traffic: [of('accepted', 'neutral'), of('delivered', 'info', true), of('acknowledged', 'good')],
      trouble: [of('refused', 'bad'), of('expired', 'warning', true)],
      sessions: [of('sessions', 'busy')],
    };
  }, [series, missing, t]);
  const { step } = series;
  const from = Date.parse(series.from) - missing * step * 1_000;
  return (
    <PagePart title={t('hour.title')} lead={t('hour.lead')}>
      <div className={styles.hour}>
        <Paper className={styles.card}>
          <Text className={styles.name} component="h3">
            {t('hour.traffic')}
          </Text>
          <LiveChart title={t('hour.traffic')} from={from} step={step} series={charts.traffic} unit={t('perSecond')} height={220} />
        </Paper>
        <Paper className={styles.card}>
          <Text className={styles.name} component="h3">
            {t('funnel.title')}
          </Text>
          <Funnel hour={hour} />
        </Paper>
      </div>
      <div className={styles.pair}>
        <Paper className={styles.card}>
          <Text className={styles.name} component="h3">
            {t('hour.trouble')}
          </Text>
          <LiveChart title={t('hour.trouble')} from={from} step={step} series={charts.trouble} unit={t('perSecond')} height={130} />
        </Paper>
        <Paper className={styles.card}>
          <Text className={styles.name} component="h3">
            {t('hour.sessions')}
          </Text>
          <LiveChart title={t('hour.sessions')} from={from} step={step} series={charts.sessions} height={130} valueText={String} />
        </Paper>
      </div>
    </PagePart>
  );
}
