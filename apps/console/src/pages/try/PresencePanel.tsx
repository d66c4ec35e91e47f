import { Button, Stack, TextInput } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outcome } from './Outcome.js';
import type { PanelProps } from './TryPage.js';

/** Asks whether clients are there, or has changes told. */
export function PresencePanel({ client, connected, own }: PanelProps) {
  const { t } = useTranslation('try');
  const [clients, setClients] = useState('');
  const named = clients
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const run = useMutation({
    mutationFn: (method: 'presence.get' | 'presence.watch') => client.request(method, { clients: named.length === 0 ? [own] : named }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (connected) run.mutate('presence.get');
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t('presence.clients')}
          description={t('presence.hint')}
          size="sm"
          placeholder={own}
          value={clients}
          onChange={(event) => setClients(event.currentTarget.value)}
          spellCheck={false}
          autoCapitalize="none"
        />
        <Outcome run={run} action={t('presence.get')} icon={<IconEye size={16} />} connected={connected}>
          <Button size="sm" variant="default" disabled={!connected} onClick={() => run.mutate('presence.watch')}>
            {t('presence.watch')}
          </Button>
        </Outcome>
      </Stack>
    </form>
  );
}
