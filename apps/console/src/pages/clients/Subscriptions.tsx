import { ActionIcon, Button, Group, Paper, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';
import { PathLink } from '../../parts/PathLink.js';
import { withQuery } from '../../parts/paths.js';
import type { Act } from './ClientActions.js';
import styles from './ClientPage.module.css';
import { type Client, type ClientPlace, clientKey } from './client-queries.js';

interface Props {
  readonly client: Client;
  readonly place: ClientPlace;
  readonly onAct: (act: Act) => void;
}

/** More than this is shown only when it is asked for. */
const SHOWN = 50;

/** The topics and patterns that a client is subscribed to; an operator may add and end them. */
export function Subscriptions({ client, place, onAct }: Props) {
  const { t } = useTranslation('clients');
  const operator = useMay('operator');
  const [all, setAll] = useState(false);
  const topics = client.subscriptions ?? [];
  const shown = all ? topics : topics.slice(0, SHOWN);
  return (
    <Paper p="md">
      <Stack gap="sm">
        {topics.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('subscriptions.none')}
          </Text>
        ) : (
          <ul className={styles.topics} aria-label={t('subscriptions.title')}>
            {shown.map((topic) => (
              <li key={topic} className={styles.topic}>
                <PathLink to={withQuery('/topics', { tenant: place.tenant, search: namedPart(topic) })} ff="monospace" size="sm" className={styles.topicName}>
                  #{topic}
                </PathLink>
                {operator ? (
                  <Tooltip label={t('subscriptions.end')}>
                    <ActionIcon size="sm" aria-label={t('subscriptions.endOf', { topic })} onClick={() => onAct({ kind: 'unsubscribe', topic })}>
                      <IconX size={14} />
                    </ActionIcon>
                  </Tooltip>
                ) : null}
              </li>
            ))}
          </ul>
        )}
        {topics.length > shown.length ? (
          <div>
            <Button size="xs" variant="default" onClick={() => setAll(true)}>
              {t('subscriptions.all', { count: topics.length })}
            </Button>
          </div>
        ) : null}
        {operator ? <SubscribeForm place={place} /> : null}
      </Stack>
    </Paper>
  );
}

function SubscribeForm({ place }: { readonly place: ClientPlace }) {
  const { t } = useTranslation('clients');
  const queries = useQueryClient();
  const [topic, setTopic] = useState('');
  const subscribe = useMutation({
    mutationFn: (name: string) =>
      answerOf(api.PUT('/v1/tenants/{tenant}/subscriptions', { params: { path: { tenant: place.tenant } }, body: { topic: name, client: place.client } })),
    onSuccess: (_answer, name) => {
      setTopic('');
      notifications.show({ message: t('subscriptions.begun', { topic: name }) });
      return queries.invalidateQueries({ queryKey: clientKey(place) });
    },
  });
  const wrong = fieldProblems(subscribe.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // As it stands in addresses, or without the sign.
        const name = topic.trim().replace(/^#(?=.)/, '');
        if (name !== '' && !subscribe.isPending) subscribe.mutate(name);
      }}
    >
      <Group gap="xs" align="flex-end">
        <TextInput
          className={styles.topicField}
          label={t('subscriptions.topic')}
          description={t('subscriptions.hint')}
          placeholder="orders/+"
          value={topic}
          error={wrong('topic')}
          onChange={(event) => setTopic(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={subscribe.isPending} disabled={topic.trim() === ''}>
          {t('subscriptions.begin')}
        </Button>
      </Group>
      <FormProblem error={subscribe.error} fields={['topic']} />
    </form>
  );
}

/** What of a pattern finds its topics: the levels before the first that stands for others. */
function namedPart(pattern: string): string {
  return pattern.replace(/(^|\/)[+#].*$/, '');
}
