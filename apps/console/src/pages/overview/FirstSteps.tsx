import { Paper } from '@mantine/core';
import { IconCircleCheckFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.js';
import { PagePart } from '../../parts/PagePart.js';
import { PathLink } from '../../parts/PathLink.js';
import styles from './FirstSteps.module.css';
import { isUnused } from './is-unused.js';
import type { Stats } from './stats.js';

/** What to do with an installation that nobody uses yet. */
export function FirstSteps({ stats }: { readonly stats: Stats }) {
  const { t } = useTranslation('overview');
  const owner = useMay('owner', { whole: true });
  const operator = useMay('operator');
  if (!isUnused(stats) || !operator) return null;
  const made = stats.tenants > 0;
  const steps = [
    { name: 'tenant', to: '/tenants', done: made, may: owner },
    { name: 'key', to: '/tenants', done: false, may: true },
    { name: 'connect', to: '/try', done: false, may: true },
  ];
  return (
    <PagePart title={t('first.title')} lead={t('first.lead')}>
      <Paper className={styles.steps} component="ol">
        {steps.map(({ name, to, done, may }, index) => (
          <li key={name} className={styles.step}>
            <span className={styles.number} data-done={done || undefined} aria-hidden>
              {done ? <IconCircleCheckFilled size={24} /> : index + 1}
            </span>
            <div>
              <div className={styles.what}>{may && !done ? <PathLink to={to}>{t(`first.${name}.what`)}</PathLink> : t(`first.${name}.what`)}</div>
              <div className={styles.why}>{done ? t('first.done') : t(`first.${name}.why`)}</div>
            </div>
          </li>
        ))}
      </Paper>
    </PagePart>
  );
}
