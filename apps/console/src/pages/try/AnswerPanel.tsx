import { Radio, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { JsonField } from './JsonField.js';
import styles from './Try.module.css';
import type { PanelProps } from './TryPage.js';

/** What is answered to calls that come, by itself. */
export function AnswerPanel({ draft, change, answered }: PanelProps & { readonly answered: number }) {
  const { t } = useTranslation('try');
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t('answer.label')}
        description={t('answer.hint')}
        value={draft.answering}
        onChange={(answering) => change({ answering: answering === 'result' || answering === 'error' ? answering : 'off' })}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="off" label={t('answer.off')} />
          <Radio value="result" label={t('answer.result')} />
          <Radio value="error" label={t('answer.error')} />
        </Stack>
      </Radio.Group>
      {draft.answering === 'error' ? (
        <div className={styles.pair}>
          <TextInput
            label={t('answer.code')}
            size="sm"
            inputMode="numeric"
            value={draft.errorCode}
            onChange={(event) => change({ errorCode: event.currentTarget.value })}
          />
          <TextInput
            label={t('answer.message')}
            size="sm"
            value={draft.errorMessage}
            onChange={(event) => change({ errorMessage: event.currentTarget.value })}
          />
        </div>
      ) : (
        <JsonField label={t('answer.json')} value={draft.result} onChange={(result) => change({ result })} />
      )}
      <Text size="sm" role="status">
        {t('answer.answered', { count: answered })}
      </Text>
    </Stack>
  );
}
