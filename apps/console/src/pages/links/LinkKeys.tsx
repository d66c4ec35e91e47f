import { Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AddressText } from '../../parts/AddressText.js';
import { PagePart } from '../../parts/PagePart.js';
import { TimeText } from '../../parts/TimeText.js';
import styles from './Links.module.css';
import type { Link } from './links-queries.js';

/** By which keys the other side is known. */
export function LinkKeys({ keys }: { readonly keys: Link['keys'] }) {
  const { t } = useTranslation('links');
  return (
    <PagePart title={t('keys.theirs')} lead={t('keys.theirsLead')}>
      <Paper className={styles.card}>
        {keys.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('keys.none')}
          </Text>
        ) : (
          <ul className={styles.names}>
            {keys.map(({ key, expiresAt }) => (
              <li key={key}>
                <AddressText value={key} />
                <span>
                  {t('keys.until')} <TimeText at={expiresAt} exact />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Paper>
    </PagePart>
  );
}
