import { Button, Group, Paper, Title } from '@mantine/core';
import { IconArrowDownLeft, IconArrowUpRight, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { CopyButton } from '../../parts/CopyButton.js';
import { EmptyState } from '../../parts/EmptyState.js';
import { FRAMES_MAX, type Frame, kindOf, prettyOf } from './frame-log.js';
import styles from './Try.module.css';

interface Props {
  readonly frames: readonly Frame[];
  readonly onClear: () => void;
}

/** What really goes over the wire, newest first. */
export function FrameList({ frames, onClear }: Props) {
  const { t } = useTranslation('try');
  const [frozen, setFrozen] = useState<readonly Frame[]>();
  const shown = frozen ?? frames;
  return (
    <section className={styles.frames} aria-labelledby="frames-title">
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2} id="frames-title">
          {t('frames.title')}
        </Title>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-pressed={frozen !== undefined}
            leftSection={frozen === undefined ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />}
            onClick={() => setFrozen(frozen === undefined ? frames : undefined)}
          >
            {frozen === undefined ? t('frames.pause') : t('frames.resume')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconTrash size={15} />}
            disabled={shown.length === 0}
            onClick={() => {
              setFrozen(undefined);
              onClear();
            }}
          >
            {t('frames.clear')}
          </Button>
        </Group>
      </Group>
      {shown.length === 0 ? (
        <Paper>
          <EmptyState title={t('frames.none')} hint={t('frames.noneHint', { count: FRAMES_MAX })} />
        </Paper>
      ) : (
        <Paper className={styles.log} component="ol" tabIndex={0} aria-label={t('frames.title')}>
          {shown.toReversed().map((frame) => (
            <OneFrame key={frame.number} frame={frame} />
          ))}
        </Paper>
      )}
    </section>
  );
}

function OneFrame({ frame }: { readonly frame: Frame }) {
  const { t } = useTranslation('try');
  const format = useFormat();
  const { direction, how, at, text } = frame;
  const Icon = direction === 'out' ? IconArrowUpRight : IconArrowDownLeft;
  return (
    <li className={styles.frame} data-direction={direction}>
      <div className={styles.frameHead}>
        <Icon size={16} role="img" aria-label={t(`frames.${direction}`)} className={styles.direction} />
        <strong>{kindOf(frame)}</strong>
        <span className={styles.how}>{how}</span>
        <time className={styles.how} dateTime={new Date(at).toISOString()}>
          {format.clock(at)}
        </time>
        <CopyButton text={text} />
      </div>
      <pre className={styles.text}>{prettyOf(text)}</pre>
    </li>
  );
}
