import { Button, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/useFormat.js';
import styles from './HexView.module.css';
import { bytesOfBase64, hexRows } from './hex.js';

/** Bytes that are shown at once. */
const STEP = 4_096;

/** Binary data, which came as base64: in hex, with what can be printed beside it. */
export function HexView({ base64, label }: { readonly base64: string; readonly label: string }) {
  const { t } = useTranslation('common');
  const format = useFormat();
  const bytes = useMemo(() => bytesOfBase64(base64), [base64]);
  const [shown, setShown] = useState(STEP);
  if (bytes === undefined) return <Text size="sm">{t('parts.notBase64')}</Text>;
  return (
    <div>
      <Text size="xs" c="dimmed" mb={6}>
        {format.bytes(bytes.length)}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable */}
      <section className={styles.frame} tabIndex={0} aria-label={label}>
        {hexRows(bytes.subarray(0, shown)).map(({ offset, hex, text }) => (
          <div key={offset} className={styles.row}>
            <span className={styles.offset}>{offset}</span>
            <span className={styles.hex}>{hex}</span>
            <span className={styles.text}>{text}</span>
          </div>
        ))}
      </section>
      {shown < bytes.length ? (
        <Button mt="xs" size="xs" variant="default" onClick={() => setShown(shown + STEP)}>
          {t('parts.more')}
        </Button>
      ) : null}
    </div>
  );
}
