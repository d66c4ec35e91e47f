import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import styles from './Funnel.module.css';
import type { Stats } from './stats.js';

/** How much of what was accepted in the last hour was delivered and acknowledged, and what was not. */
export function Funnel({ hour }: { readonly hour: NonNullable<Stats['hour']> }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  const { accepted } = hour;
  const most = Math.max(1, accepted, hour.delivered, hour.acknowledged);
  const share = (count: number) => (accepted === 0 ? undefined : t('funnel.share', { share: format.percent(count / accepted) }));
  const steps = [
    { name: 'accepted', count: hour.accepted, tone: 'neutral' },
    { name: 'delivered', count: hour.delivered, tone: 'info' },
    { name: 'acknowledged', count: hour.acknowledged, tone: 'good' },
  ];
  const lost = [
    { name: 'refused', count: hour.refused, tone: 'bad' },
    { name: 'expired', count: hour.expired, tone: 'warning' },
  ];
  return (
    <div className={styles.funnel}>
      <dl className={styles.steps}>
        {steps.map(({ name, count, tone }) => (
          <div key={name} className={styles.step} data-tone={tone}>
            <dt>{t(`now.${name}`)}</dt>
            <dd className={styles.count}>
              {format.number(count)} {name === 'accepted' ? null : <span className={styles.share}>{share(count)}</span>}
            </dd>
            <dd className={styles.track} aria-hidden>
              <span className={styles.bar} style={{ width: `${(100 * count) / most}%` }} />
            </dd>
          </div>
        ))}
      </dl>
      <dl className={styles.lost}>
        {lost.map(({ name, count, tone }) => (
          <div key={name} className={styles.beside} data-tone={count > 0 ? tone : undefined}>
            <dt>{t(`now.${name}`)}</dt>
            <dd>
              {format.number(count)} {count === 0 ? null : <span className={styles.share}>{share(count)}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles.note}>{t('funnel.note')}</p>
    </div>
  );
}
