import { Button, Stack, TextInput } from '@mantine/core';
import { IconBroadcast } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outcome } from './Outcome.js';
import type { PanelProps } from './TryPage.js';

/** Subscribes the test client to a topic or a pattern. */
export function TopicPanel({ client, connected }: PanelProps) {
  const { t } = useTranslation('try');
  const [topic, setTopic] = useState('orders/+');
  const run = useMutation({ mutationFn: (method: 'subscribe' | 'unsubscribe') => client.request(method, { topic: topic.trim().replace(/^#(?=.)/, '') }) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (connected) run.mutate('subscribe');
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t('topics.topic')}
          description={t('topics.hint')}
          size="sm"
          value={topic}
          onChange={(event) => setTopic(event.currentTarget.value)}
          spellCheck={false}
          autoCapitalize="none"
        />
        <Outcome run={run} action={t('topics.subscribe')} icon={<IconBroadcast size={16} />} connected={connected} disabled={topic.trim() === ''}>
          <Button size="sm" variant="default" disabled={!connected || topic.trim() === ''} onClick={() => run.mutate('unsubscribe')}>
            {t('topics.unsubscribe')}
          </Button>
        </Outcome>
      </Stack>
    </form>
  );
}
