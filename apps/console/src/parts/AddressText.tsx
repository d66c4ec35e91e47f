import { Text } from '@mantine/core';
import styles from './AddressText.module.css';
import { CopyButton } from './CopyButton.js';
import { PathLink } from './PathLink.js';

interface Props {
  /** An address, a name, an id. */
  readonly value: string;
  /** Leads there. */
  readonly to?: string;
  readonly copy?: boolean;
  /** Breaks over lines in place of being cut short. */
  readonly wrap?: boolean;
}

/** An address or id as it is, monospaced, to be copied whole however short it is shown. */
export function AddressText({ value, to, copy = true, wrap = false }: Props) {
  const text = wrap ? styles.wrap : styles.short;
  return (
    <span className={styles.address}>
      {to === undefined ? (
        <Text span ff="monospace" size="sm" className={text} title={value}>
          {value}
        </Text>
      ) : (
        <PathLink to={to} ff="monospace" size="sm" className={text} title={value}>
          {value}
        </PathLink>
      )}
      {copy ? <CopyButton text={value} /> : null}
    </span>
  );
}
