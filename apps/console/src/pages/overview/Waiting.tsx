import { Paper } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import { Figure, Figures } from '../../parts/Figure.js';
import { PagePart } from '../../parts/PagePart.js';
import { PathLink } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { TimeText } from '../../parts/TimeText.js';
import styles from './OverviewPage.module.css';
import type { Stats } from './stats.js';

/** What nobody has acknowledged yet, and for whom it has waited longest. */
export function Waiting({ waiting: { messages, clients, oldest, asOf } }: { readonly waiting: Stats['waiting'] }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  return (
    <PagePart
      title={t('waiting.title')}
      lead={
        asOf === undefined ? (
          t('waiting.notCounted')
        ) : (
          <>
            {t('waiting.lead')} · {t('waiting.asOf', { time: format.clock(asOf) })}
          </>
        )
      }
    >
      <Figures>
        <Figure label={t('waiting.messages')} value={format.number(messages)} />
        <Figure label={t('waiting.clients')} value={format.number(clients)} />
      </Figures>
      {asOf === undefined ? null : (
        <Paper className={styles.card} mt="xs">
          {oldest === undefined ? (
            <span className={styles.quiet}>{t('waiting.none')}</span>
          ) : (
            <div className={styles.row}>
              <span>
                {t('waiting.oldest')} <TimeText at={oldest.at} fw={600} />
              </span>
              <AddressText value={`${oldest.client}@${oldest.tenant}`} to={pathTo`/tenants/${oldest.tenant}/clients/${oldest.client}`} copy={false} />
            </div>
          )}
          {messages === 0 ? null : (
            <PathLink to="/clients?sort=behind" size="sm">
              {t('waiting.all')}
            </PathLink>
          )}
        </Paper>
      )}
    </PagePart>
  );
}
