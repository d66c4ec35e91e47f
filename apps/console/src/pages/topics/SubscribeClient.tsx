import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
// By their own doors: the package as a whole brings its schemas along.
import { readName } from '@vestnik/protocol/names';
import { readTopicPattern } from '@vestnik/protocol/topic-pattern';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';
import { TenantSelect } from '../../parts/TenantSelect.js';

interface Props {
  readonly opened: boolean;
  /** Chosen already, and where a topic is named too, fixed. */
  readonly tenant: string | undefined;
  readonly topic: string | undefined;
  readonly onClose: () => void;
}

/** Subscribes a client for it: as its backend would. */
export function SubscribeClient(props: Props) {
  const { t } = useTranslation('topics');
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.topic === undefined ? t('subscribe.title') : t('subscribe.titleTo', { topic: props.topic })}
    >
      {props.opened ? <Form {...props} /> : null}
    </Modal>
  );
}

function Form({ tenant: given, topic: fixed, onClose }: Props) {
  const { t } = useTranslation('topics');
  const queries = useQueryClient();
  const [tenant, setTenant] = useState(given);
  const [written, setWritten] = useState(fixed ?? '');
  const [client, setClient] = useState('');
  const topic = written.startsWith('#') && written.length > 1 && !written.startsWith('#/') ? written.slice(1) : written;
  const subscribe = useMutation({
    mutationFn: () => api.PUT('/v1/tenants/{tenant}/subscriptions', { params: { path: { tenant: tenant ?? '' } }, body: { topic, client } }),
    onSuccess: ({ response }) => {
      notifications.show({
        message: response.status === 201 ? t('subscribe.done', { client, topic }) : t('subscribe.already', { client, topic }),
        color: 'teal',
      });
      void queries.invalidateQueries({ queryKey: ['topics'] });
      onClose();
    },
  });
  const at = fieldProblems(subscribe.error);
  const topicWrong = topic !== '' && readTopicPattern(topic) === undefined;
  const clientWrong = client !== '' && readName(client) === undefined;
  const ready = tenant !== undefined && topic !== '' && client !== '' && !topicWrong && !clientWrong;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !subscribe.isPending) subscribe.mutate();
      }}
    >
      <Stack gap="sm">
        {fixed === undefined ? (
          <>
            <TenantSelect required value={tenant} onChange={setTenant} />
            <TextInput
              label={t('subscribe.topic')}
              description={t('subscribe.topicHint')}
              placeholder="orders/eu"
              error={topicWrong ? t('subscribe.topicWrong') : at('topic')}
              required
              spellCheck={false}
              autoCapitalize="none"
              value={written}
              onChange={(event) => setWritten(event.currentTarget.value)}
            />
          </>
        ) : null}
        <TextInput
          label={t('client')}
          description={t('subscribe.clientHint')}
          error={clientWrong ? t('subscribe.clientWrong') : at('client')}
          required
          data-autofocus
          spellCheck={false}
          autoCapitalize="none"
          value={client}
          onChange={(event) => setClient(event.currentTarget.value)}
        />
        <FormProblem error={subscribe.error} fields={['topic', 'client']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" loading={subscribe.isPending} disabled={!ready}>
            {t('subscribe.run')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
