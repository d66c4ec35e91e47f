import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { Figure, Figures } from '../../parts/Figure.js';
import { PagePart } from '../../parts/PagePart.js';
import styles from './OverviewPage.module.css';
import type { Stats } from './stats.js';

/** What happens now, a second. */
export function Now({ now }: { readonly now: NonNullable<Stats['now']> }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  const unit = t('perSecond');
  const rate = (value: number) => format.number(value, value < 100 ? 1 : 0);
  return (
    <PagePart title={t('now.title')} lead={t('now.lead')}>
      <div className={styles.now}>
        <Figures>
          <Figure label={t('now.sessions')} value={format.number(now.sessions)} />
          <Figure label={t('now.accepted')} value={rate(now.accepted)} unit={unit} />
          <Figure label={t('now.delivered')} value={rate(now.delivered)} unit={unit} />
          <Figure label={t('now.acknowledged')} value={rate(now.acknowledged)} unit={unit} />
          <Figure label={t('now.refused')} value={rate(now.refused)} unit={unit} {...(now.refused > 0 ? { tone: 'bad' as const } : {})} />
          <Figure label={t('now.expired')} value={rate(now.expired)} unit={unit} {...(now.expired > 0 ? { tone: 'warning' as const } : {})} />
          <Figure label={t('now.calls')} value={rate(now.calls)} unit={unit} />
          <Figure label={t('now.intake')} value={format.number(now.intakeWaiting)} />
        </Figures>
      </div>
    </PagePart>
  );
}
