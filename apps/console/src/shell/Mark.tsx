import styles from './Shell.module.css';

/** Our sign: a V, and a message on its way. */
export function Mark({ size }: { readonly size: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden className={styles.mark} focusable="false">
      <rect width="32" height="32" rx="8" fill="#12697a" />
      <path d="M7 9.5 14.4 23a1.8 1.8 0 0 0 3.2 0L20.4 18" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
      <path d="M15 10.5h10M18.4 15h5" fill="none" stroke="#8fd3df" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
