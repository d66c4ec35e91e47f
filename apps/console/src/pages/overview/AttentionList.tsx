import { Button, Paper } from '@mantine/core';
import { IconAlertOctagon, IconAlertTriangle, IconChevronRight, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { PagePart } from '../../parts/PagePart.js';
import { PathLink } from '../../parts/PathLink.js';
import { TimeText } from '../../parts/TimeText.js';
import styles from './AttentionList.module.css';
import type { Attention } from './stats.js';

/** More at once is no list of things to do. */
const SHOWN = 6;

/** What somebody should look at: what it is, since when, and the page that mends it. */
export function AttentionList({ attention }: { readonly attention: readonly Attention[] }) {
  const { t } = useTranslation('overview');
  const [all, setAll] = useState(false);
  if (attention.length === 0) {
    return (
      <PagePart title={t('attention.title')}>
        <Paper className={styles.calm}>
          <IconCircleCheck size={26} stroke={1.7} aria-hidden />
          <div>
            <strong>{t('attention.none')}</strong>
            <div className={styles.hint}>{t('attention.noneHint')}</div>
          </div>
        </Paper>
      </PagePart>
    );
  }
  const shown = all ? attention : attention.slice(0, SHOWN);
  return (
    <PagePart title={t('attention.titleOf', { count: attention.length })}>
      <Paper className={styles.list} component="ul">
        {shown.map((one) => (
          <Entry key={`${one.kind} ${one.tenant} ${one.subject}`} one={one} />
        ))}
      </Paper>
      {attention.length <= SHOWN ? null : (
        <Button mt="xs" size="xs" variant="default" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? t('attention.less') : t('attention.more', { count: attention.length - SHOWN })}
        </Button>
      )}
    </PagePart>
  );
}

function Entry({ one }: { readonly one: Attention }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  const { kind, severity, tenant, subject, count, detail, since, page } = one;
  const Icon = severity === 'critical' ? IconAlertOctagon : IconAlertTriangle;
  const texts = { subject: subject ?? '', count: count ?? 0, text: format.number(count ?? 0) };
  return (
    <li className={styles.entry} data-severity={severity}>
      <Icon size={22} stroke={1.8} role="img" aria-label={t(`common:states.${severity}`)} className={styles.icon} />
      <div className={styles.words}>
        <div className={styles.what}>{t(`attention.${kind}.what`, texts)}</div>
        <div className={styles.hint}>
          {tenant === undefined ? null : <>{t('attention.tenant', { tenant })} · </>}
          {since === undefined ? null : (
            <>
              {t(`attention.${kind}.since`)} <TimeText at={since} /> ·{' '}
            </>
          )}
          {t(`attention.${kind}.todo`)}
        </div>
        {detail === undefined ? null : <div className={styles.detail}>{detail}</div>}
      </div>
      {/* What stands on this very page needs no link to it. */}
      {page === '/' ? null : (
        <PathLink to={page} size="sm" className={styles.go} aria-label={`${t(`attention.${kind}.go`)}: ${t(`attention.${kind}.what`, texts)}`}>
          {t(`attention.${kind}.go`)}
          <IconChevronRight size={15} aria-hidden />
        </PathLink>
      )}
    </li>
  );
}
