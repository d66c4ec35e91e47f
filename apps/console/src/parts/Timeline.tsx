import type { ReactNode } from 'react';
import styles from './Timeline.module.css';
import { TimeText } from './TimeText.js';
import type { Tone } from './tone.js';

export interface Moment {
  readonly key: string;
  readonly at?: string;
  readonly title: ReactNode;
  readonly detail?: ReactNode;
  readonly tone: Tone;
}

/** What happened, in order, oldest first. */
export function Timeline({ moments, label }: { readonly moments: readonly Moment[]; readonly label: string }) {
  return (
    <ol className={styles.line} aria-label={label}>
      {moments.map(({ key, at, title, detail, tone }) => (
        <li key={key} className={styles.moment} data-tone={tone}>
          <div className={styles.head}>
            <span className={styles.title}>{title}</span>
            {at === undefined ? null : <TimeText at={at} exact size="xs" c="dimmed" />}
          </div>
          {detail === undefined ? null : <div className={styles.detail}>{detail}</div>}
        </li>
      ))}
    </ol>
  );
}
