import { Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PathLink } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { messageOf, readJson } from './draft.js';
import { JsonField } from './JsonField.js';
import { Outcome } from './Outcome.js';
import styles from './Try.module.css';
import type { PanelProps } from './TryPage.js';

/** Sends a message as the test client. */
export function SendPanel({ client, connected, draft, change, own }: PanelProps) {
  const { t } = useTranslation('try');
  const send = useMutation({ mutationFn: () => client.request('send', messageOf(draft, own)) });
  const id = (send.data as { readonly id?: unknown } | undefined)?.id;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (connected) send.mutate();
      }}
    >
      <Stack gap="sm">
        <div className={styles.pair}>
          <TextInput
            label={t('send.to')}
            description={t('send.toHint')}
            size="sm"
            placeholder={own}
            value={draft.to}
            onChange={(event) => change({ to: event.currentTarget.value })}
            spellCheck={false}
            autoCapitalize="none"
          />
          <TextInput
            label={t('send.type')}
            description={t('send.typeHint')}
            size="sm"
            value={draft.type}
            onChange={(event) => change({ type: event.currentTarget.value })}
            spellCheck={false}
            autoCapitalize="none"
          />
        </div>
        <JsonField label={t('send.data')} value={draft.data} onChange={(data) => change({ data })} />
        <div className={styles.pair}>
          <TextInput
            label={t('send.ttl')}
            size="sm"
            inputMode="numeric"
            placeholder={t('send.ttlDefault')}
            value={draft.ttl}
            onChange={(event) => change({ ttl: event.currentTarget.value })}
          />
          <TextInput
            label={t('send.correlation')}
            size="sm"
            value={draft.correlationId}
            onChange={(event) => change({ correlationId: event.currentTarget.value })}
            spellCheck={false}
          />
        </div>
        <Group gap="lg">
          <Checkbox size="sm" label={t('send.receipt')} checked={draft.receipt} onChange={(event) => change({ receipt: event.currentTarget.checked })} />
          <Checkbox size="sm" label={t('send.durable')} checked={draft.durable} onChange={(event) => change({ durable: event.currentTarget.checked })} />
        </Group>
        <Outcome run={send} action={t('send.action')} icon={<IconSend size={16} />} connected={connected} disabled={readJson(draft.data).kind === 'wrong'}>
          {typeof id === 'string' && draft.durable ? (
            <PathLink to={pathTo`/messages/${id}`} size="sm">
              {t('send.open')}
            </PathLink>
          ) : null}
        </Outcome>
      </Stack>
    </form>
  );
}
