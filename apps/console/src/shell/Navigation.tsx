import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useSession } from '../api/session.js';
import { NAVIGATION, placeOf } from './navigation.js';
import styles from './Shell.module.css';

/** The pages that whoever is signed in may see. */
export function Navigation({ onGo }: { readonly onGo: () => void }) {
  const { t } = useTranslation('common');
  const session = useSession();
  const here = placeOf(useLocation({ select: ({ pathname }) => pathname }));
  return (
    <nav aria-label={t('shell.navigation')} className={styles.groups}>
      {NAVIGATION.map(({ name: group, places }) => {
        const seen = places.filter(({ right }) => may(session, right));
        if (seen.length === 0) return null;
        return (
          <div key={group}>
            <div className={styles.group} id={`nav-${group}`}>
              {t(`nav.groups.${group}`)}
            </div>
            <ul className={styles.places} aria-labelledby={`nav-${group}`}>
              {seen.map(({ name, to, icon: Icon }) => (
                <li key={name}>
                  <Link
                    to={to}
                    activeProps={{}}
                    activeOptions={{ exact: true }}
                    className={styles.place}
                    aria-current={name === here ? 'page' : undefined}
                    onClick={onGo}
                  >
                    <Icon size={18} stroke={1.7} aria-hidden />
                    {t(`nav.${name}`)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
