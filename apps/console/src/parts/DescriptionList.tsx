import { Fragment, type ReactNode } from 'react';
import styles from './DescriptionList.module.css';

export interface Description {
  readonly name: string;
  /** Undefined: the line is left out. */
  readonly value: ReactNode;
}

/** Names and values of one thing. */
export function DescriptionList({ items }: { readonly items: readonly Description[] }) {
  return (
    <dl className={styles.list}>
      {items
        .filter(({ value }) => value !== undefined)
        .map(({ name, value }) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
