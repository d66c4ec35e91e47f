import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';
import { type Link, useLinksChanged } from './links-queries.js';
import { SixWords } from './SixWords.js';

interface Props {
  readonly link: Link;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Says that both sides show the same six words: only after they were compared. */
export function ConfirmLink({ link, opened, onClose }: Props) {
  const { t } = useTranslation('links');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('confirm.title', { name: link.name })}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common:parts.close') }}
    >
      {opened ? <Form link={link} onClose={onClose} /> : null}
    </Modal>
  );
}

function Form({ link, onClose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('links');
  const changed = useLinksChanged();
  const [compared, setCompared] = useState(false);
  const [name, setName] = useState(link.name);
  const confirm = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/v1/links/{link}/confirm', { params: { path: { link: link.id } }, body: name.trim() === link.name ? {} : { name: name.trim() } })),
    onSuccess: async ({ state, name: called }) => {
      await changed();
      notifications.show({ message: t(state === 'active' ? 'confirm.active' : 'confirm.half', { name: called }) });
      onClose();
    },
  });
  const at = fieldProblems(confirm.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (compared && !confirm.isPending) confirm.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t('confirm.what')}</Text>
        <SixWords words={link.words} />
        <Text size="sm">{t('confirm.differ')}</Text>
        <TextInput
          label={t('confirm.name')}
          description={t('confirm.nameHint', { proposed: link.proposedName })}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={at('name')}
          spellCheck={false}
          autoComplete="off"
        />
        <Checkbox label={t('confirm.compared')} checked={compared} onChange={(event) => setCompared(event.currentTarget.checked)} />
        <FormProblem error={confirm.error} fields={['name']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={confirm.isPending}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" loading={confirm.isPending} disabled={!compared || name.trim() === ''}>
            {t('confirm.go')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
