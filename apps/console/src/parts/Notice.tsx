import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './Notice.module.css';
import type { Tone } from './tone.js';

interface Props {
  readonly tone: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly icon?: ReactNode;
  /** Said at once by a screen reader: for what appears because something went wrong. */
  readonly alert?: boolean;
}

/** A few words in a box: a warning, a failure, a hint. */
export function Notice({ tone, title, children, icon, alert = false }: Props) {
  const Icon = tone === 'good' ? IconCircleCheck : tone === 'bad' || tone === 'warning' ? IconAlertTriangle : IconInfoCircle;
  return (
    <div className={styles.notice} data-tone={tone} role={alert ? 'alert' : undefined}>
      <span className={styles.icon} aria-hidden>
        {icon ?? <Icon size={19} stroke={1.8} />}
      </span>
      <div className={styles.words}>
        {title === undefined ? null : <div className={styles.title}>{title}</div>}
        {children}
      </div>
    </div>
  );
}
