import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';
import { type Link, useLinksChanged } from './links-queries.js';

const MEBIBYTE = 1_048_576;

interface Props {
  readonly link: Link;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** How much may wait for the other side before more is refused. */
export function LinkQuota({ link, opened, onClose }: Props) {
  const { t } = useTranslation('links');
  return (
    <Modal opened={opened} onClose={onClose} title={t('quota.title', { name: link.name })} closeButtonProps={{ 'aria-label': t('common:parts.close') }}>
      {opened ? <Form link={link} onClose={onClose} /> : null}
    </Modal>
  );
}

function Form({ link, onClose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('links');
  const changed = useLinksChanged();
  const [messages, setMessages] = useState<number | string>(link.quota.messages);
  const [mebibytes, setMebibytes] = useState<number | string>(link.quota.bytes / MEBIBYTE);
  const save = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/v1/links/{link}/quota', {
          params: { path: { link: link.id } },
          body: { messages: Number(messages), bytes: Math.round(Number(mebibytes) * MEBIBYTE) },
        }),
      ),
    onSuccess: async () => {
      await changed();
      notifications.show({ message: t('quota.done') });
      onClose();
    },
  });
  const at = fieldProblems(save.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t('quota.what')}</Text>
        <NumberInput
          label={t('quota.messages')}
          value={messages}
          onChange={setMessages}
          min={1}
          max={100_000_000}
          allowDecimal={false}
          thousandSeparator=" "
          error={at('messages')}
        />
        <NumberInput
          label={t('quota.megabytes')}
          value={mebibytes}
          onChange={setMebibytes}
          min={1}
          max={MEBIBYTE}
          decimalScale={1}
          thousandSeparator=" "
          error={at('bytes')}
        />
        <FormProblem error={save.error} fields={['messages', 'bytes']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={save.isPending}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={messages === '' || mebibytes === ''}>
            {t('common:parts.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
