import { Button, Paper, SegmentedControl, Select } from '@mantine/core';
import { IconArrowsExchange, IconRoute } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AddressInput } from './AddressInput.js';
import type { Asked } from './Findings.js';
import styles from './Question.module.css';

interface Props {
  readonly asked: Asked;
  readonly busy: boolean;
  /** There is an answer to what is asked: the button asks again. */
  readonly answered: boolean;
  readonly onAsk: (asked: Asked) => void;
}

/** Two addresses, and what is to go from one to the other. */
export function Question({ asked, busy, answered, onAsk }: Props) {
  const { t } = useTranslation('why');
  const [given, setGiven] = useState(asked);
  const [missing, setMissing] = useState(false);
  const change = (part: Partial<Asked>) => setGiven({ ...given, ...part });
  const ask = (next: Asked) => {
    const whole = { ...next, from: next.from.trim(), to: next.to.trim() };
    setMissing(whole.from === '' || whole.to === '');
    if (whole.from !== '' && whole.to !== '') onAsk(whole);
  };
  const unchanged = answered && JSON.stringify(given) === JSON.stringify(asked);
  return (
    <Paper p="md" mb="lg">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          ask(given);
        }}
      >
        <AddressInput
          label={t('from')}
          description={t('fromHint')}
          placeholder="shop@sales"
          value={given.from}
          error={missing && given.from.trim() === '' ? t('missing') : undefined}
          onChange={(from) => change({ from })}
        />
        <AddressInput
          label={t('to')}
          description={t('toHint')}
          placeholder="ivanov@accounting"
          value={given.to}
          error={missing && given.to.trim() === '' ? t('missing') : undefined}
          onChange={(to) => change({ to })}
        />
        <div className={styles.choices}>
          <SegmentedControl
            aria-label={t('use')}
            size="sm"
            value={given.use}
            onChange={(use) => change({ use })}
            data={(['send', 'call', 'presence'] as const).map((value) => ({ value, label: t(`uses.${value}`) }))}
          />
          <Select
            className={styles.as}
            label={t('as')}
            size="sm"
            allowDeselect={false}
            value={given.as ?? ''}
            onChange={(as) => change({ as: as === 'key' || as === 'token' ? as : undefined })}
            data={[
              { value: '', label: t('asAny') },
              { value: 'key', label: t('asKey') },
              { value: 'token', label: t('asToken') },
            ]}
          />
          <div className={styles.buttons}>
            <Button type="submit" size="sm" loading={busy} leftSection={<IconRoute size={17} />}>
              {unchanged ? t('again') : t('check')}
            </Button>
            <Button
              variant="default"
              size="sm"
              leftSection={<IconArrowsExchange size={17} />}
              disabled={given.from === '' || given.to === ''}
              onClick={() => ask({ ...given, from: given.to, to: given.from })}
            >
              {t('swap')}
            </Button>
          </div>
        </div>
      </form>
    </Paper>
  );
}
