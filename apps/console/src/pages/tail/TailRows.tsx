import { ActionIcon, Paper } from '@mantine/core';
import { IconArrowRight, IconListDetails } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { pageOfAddress } from '../../parts/address-page.js';
import { PathLink } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { ToneBadge } from '../../parts/StateBadge.js';
import { isKind, KINDS } from './kinds.js';
import { millisecondsOf } from './milliseconds.js';
import styles from './TailPage.module.css';
import type { TailRow } from './tail-buffer.js';

interface Props {
  readonly rows: readonly TailRow[];
  readonly onOpen: (row: TailRow) => void;
}

/** Newest first. A list and no table: it reads alike on any width, and only new rows are rendered. */
export function TailRows({ rows, onOpen }: Props) {
  const { t } = useTranslation('tail');
  const installation = useSession()?.installation;
  return (
    <Paper>
      <ol className={styles.rows} aria-label={t('title')}>
        {rows.map((row) => (
          <Row key={row.key} row={row} onOpen={onOpen} installation={installation} />
        ))}
      </ol>
    </Paper>
  );
}

const Row = memo(function Row({
  row,
  onOpen,
  installation,
}: {
  readonly row: TailRow;
  readonly onOpen: Props['onOpen'];
  readonly installation: string | undefined;
}) {
  const { t } = useTranslation('tail');
  const format = useFormat();
  const { at, kind, tenant, id, from, to, type, bytes, reason, count } = row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: its own button does the same by keyboard
    <li
      className={styles.row}
      onClick={(event) => {
        if ((event.target as Element).closest('a, button') === null && String(getSelection() ?? '') === '') onOpen(row);
      }}
    >
      <time className={styles.time} dateTime={at}>
        {format.clock(at)}
        <span className={styles.fraction}>.{millisecondsOf(at)}</span>
      </time>
      <span className={styles.kind}>
        <ToneBadge tone={isKind(kind) ? KINDS[kind] : 'neutral'}>{isKind(kind) ? t(`kinds.${kind}`) : kind}</ToneBadge>
      </span>
      <span className={styles.who}>
        {from === undefined && to === undefined ? <span className={styles.dim}>{tenant}</span> : null}
        {from === undefined ? null : <Address text={from} installation={installation} />}
        {to === undefined ? null : (
          <>
            {from === undefined ? null : <IconArrowRight size={13} role="img" aria-label={t('towards')} className={styles.arrow} />}
            <Address text={to} installation={installation} />
          </>
        )}
      </span>
      <span className={styles.what}>
        {type === undefined ? null : id === undefined || kind === 'call' ? (
          type
        ) : (
          <PathLink to={pathTo`/messages/${id}`} size="sm">
            {type}
          </PathLink>
        )}
        {type === undefined && id !== undefined ? (
          <PathLink to={pathTo`/messages/${id}`} size="sm" ff="monospace">
            …{id.slice(-8)}
          </PathLink>
        ) : null}
        {reason === undefined ? null : <span className={styles.reason}>{reason}</span>}
        {count === undefined || count === 1 ? null : <span className={styles.dim}>× {format.number(count)}</span>}
        {bytes === undefined ? null : <span className={styles.dim}>{format.bytes(bytes)}</span>}
      </span>
      <ActionIcon size="sm" aria-label={t('fields')} onClick={() => onOpen(row)}>
        <IconListDetails size={15} />
      </ActionIcon>
    </li>
  );
});

function Address({ text, installation }: { readonly text: string; readonly installation: string | undefined }) {
  const page = pageOfAddress(text, installation);
  return page === undefined ? (
    <span className={styles.address}>{text}</span>
  ) : (
    <PathLink to={page} size="sm" className={styles.address}>
      {text}
    </PathLink>
  );
}
