import { useTranslation } from 'react-i18next';
import styles from './Audit.module.css';
import type { Entry } from './AuditPage.js';
import { changesOf, shortly } from './entry-changes.js';

interface Props {
  readonly entry: Pick<Entry, 'before' | 'after'>;
  /** So many members; the others are counted. Without it all, and whole. */
  readonly most?: number;
}

/** Members that are not what they were: the old value struck through, then the new one. */
export function Difference({ entry, most }: Props) {
  const { t } = useTranslation('audit');
  const changes = changesOf(entry.before, entry.after);
  if (changes.length === 0) return <span className={styles.none}>–</span>;
  const shown = most === undefined ? changes : changes.slice(0, most);
  const length = most === undefined ? 2_000 : 60;
  return (
    <ul className={styles.changes}>
      {shown.map((change) => (
        <li key={change.path}>
          {change.path === '' ? null : <span className={styles.member}>{change.path}: </span>}
          {'before' in change ? (
            <del className={styles.before}>
              <span className="visually-hidden">{t('was')} </span>
              {shortly(change.before, length)}
            </del>
          ) : null}
          {'before' in change && 'after' in change ? <span aria-hidden> → </span> : null}
          {'after' in change ? <ins className={styles.after}>{shortly(change.after, length)}</ins> : null}
        </li>
      ))}
      {shown.length < changes.length ? <li className={styles.none}>{t('moreChanges', { count: changes.length - shown.length })}</li> : null}
    </ul>
  );
}
