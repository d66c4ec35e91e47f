import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './Figure.module.css';
import type { Tone } from './tone.js';

interface Props {
  readonly label: string;
  /** Formatted: `format.number(…)`. */
  readonly value: ReactNode;
  readonly unit?: string;
  /** One small line below. */
  readonly note?: ReactNode;
  /** Of the value, where it says how something is doing. */
  readonly tone?: Tone;
  /** Against before; `text` says it in words. */
  readonly trend?: { readonly direction: 'up' | 'down'; readonly text: string };
}

/** One number with its name. */
export function Figure({ label, value, unit, note, tone, trend }: Props) {
  return (
    <div className={styles.figure}>
      <div className={styles.label}>{label}</div>
      <div className={styles.value} data-tone={tone}>
        {value}
        {unit === undefined ? null : <span className={styles.unit}> {unit}</span>}
      </div>
      {trend === undefined ? null : (
        <div className={styles.note}>
          {trend.direction === 'up' ? <IconArrowUpRight size={14} aria-hidden /> : <IconArrowDownRight size={14} aria-hidden />} {trend.text}
        </div>
      )}
      {note === undefined ? null : <div className={styles.note}>{note}</div>}
    </div>
  );
}

/** Figures beside each other, as many as there is room for. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <div className={styles.figures}>{children}</div>;
}
