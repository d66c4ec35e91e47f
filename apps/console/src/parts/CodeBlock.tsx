import styles from './CodeBlock.module.css';
import { CopyButton } from './CopyButton.js';

interface Props {
  readonly code: string;
  /** What it is, for screen readers. */
  readonly label: string;
  readonly heightMax?: number | string;
}

/** A text to be copied as it is. */
export function CodeBlock({ code, label, heightMax = '24rem' }: Props) {
  return (
    <div className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable */}
      <section className={styles.scroll} style={{ maxHeight: heightMax }} tabIndex={0} aria-label={label}>
        <pre className={styles.text}>
          <code>{code}</code>
        </pre>
      </section>
      <div className={styles.copy}>
        <CopyButton text={code} />
      </div>
    </div>
  );
}
