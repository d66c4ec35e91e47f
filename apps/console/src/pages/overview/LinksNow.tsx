import { Paper } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { PagePart } from '../../parts/PagePart.js';
import { PathLink } from '../../parts/PathLink.js';
import { withQuery } from '../../parts/paths.js';
import { StateBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { stateOfLink } from '../links/link-state.js';
import styles from './OverviewPage.module.css';
import type { Stats } from './stats.js';

const SHOWN = 6;

/** Those that do not go first, then those for which most waits. */
function inTrouble(links: NonNullable<Stats['links']>): NonNullable<Stats['links']> {
  return links.toSorted((a, b) => Number(a.connected) - Number(b.connected) || b.queue.messages - a.queue.messages);
}

/** The links to other installations, as far as there is room. */
export function LinksNow({ links }: { readonly links: NonNullable<Stats['links']> }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  return (
    <PagePart title={t('links.title')} lead={t('links.lead')}>
      <Paper className={styles.card}>
        {links.length === 0 ? (
          <span className={styles.quiet}>
            {t('links.none')}{' '}
            <PathLink to="/links" size="sm">
              {t('links.begin')}
            </PathLink>
          </span>
        ) : (
          <>
            <ul className={styles.rows}>
              {inTrouble(links)
                .slice(0, SHOWN)
                .map((link) => (
                  <li key={link.id} className={styles.row}>
                    <PathLink to={withQuery('/links', { link: link.id })} fw={600} size="sm">
                      {link.name}
                    </PathLink>
                    <span className={styles.quiet}>
                      {link.queue.messages === 0
                        ? t('links.nothingWaits')
                        : t('links.waits', { count: link.queue.messages, text: format.number(link.queue.messages) })}
                      {link.queue.oldestAt === undefined ? null : (
                        <>
                          {' · '}
                          {t('links.oldest')} <TimeText at={link.queue.oldestAt} />
                        </>
                      )}
                    </span>
                    <StateBadge state={stateOfLink(link)} />
                  </li>
                ))}
            </ul>
            {links.length <= SHOWN ? null : (
              <PathLink to="/links" size="sm">
                {t('links.all', { count: links.length })}
              </PathLink>
            )}
          </>
        )}
      </Paper>
    </PagePart>
  );
}
