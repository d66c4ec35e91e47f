import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session.js';
import { PathLink } from '../parts/PathLink.js';
import { Mark } from './Mark.js';
import styles from './Shell.module.css';

/** The way home, and on which installation one is: administrators have several open beside each other. */
export function Brand() {
  const { t } = useTranslation('common');
  const session = useSession();
  return (
    <PathLink to="/" className={styles.brand} title={t('shell.home')} underline="never">
      <Mark size={28} />
      <span className={styles.name}>{t('shell.product')}</span>
      {session?.installation === undefined ? null : (
        <span className={styles.installation} title={session.installation}>
          {session.installation}
        </span>
      )}
    </PathLink>
  );
}
