import { Stack, TextInput } from '@mantine/core';
import { IconPhoneCall } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { callOf, readJson } from './draft.js';
import { JsonField } from './JsonField.js';
import { Outcome } from './Outcome.js';
import styles from './Try.module.css';
import type { PanelProps } from './TryPage.js';

/** Calls another client, and shows its answer. */
export function CallPanel({ client, connected, draft, change, own }: PanelProps) {
  const { t } = useTranslation('try');
  const call = useMutation({ mutationFn: () => client.request('call', callOf(draft, own)) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (connected) call.mutate();
      }}
    >
      <Stack gap="sm">
        <div className={styles.pair}>
          <TextInput
            label={t('call.to')}
            size="sm"
            placeholder="ivanov"
            value={draft.callTo}
            onChange={(event) => change({ callTo: event.currentTarget.value })}
            spellCheck={false}
            autoCapitalize="none"
          />
          <TextInput
            label={t('call.method')}
            size="sm"
            value={draft.method}
            onChange={(event) => change({ method: event.currentTarget.value })}
            spellCheck={false}
            autoCapitalize="none"
          />
        </div>
        <JsonField label={t('call.params')} value={draft.params} onChange={(params) => change({ params })} />
        <TextInput
          label={t('call.timeout')}
          size="sm"
          maw="14rem"
          inputMode="decimal"
          value={draft.timeout}
          onChange={(event) => change({ timeout: event.currentTarget.value })}
        />
        <Outcome
          run={call}
          action={t('call.action')}
          icon={<IconPhoneCall size={16} />}
          connected={connected}
          disabled={draft.callTo.trim() === '' || readJson(draft.params).kind === 'wrong'}
        />
      </Stack>
    </form>
  );
}
