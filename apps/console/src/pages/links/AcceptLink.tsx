import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';
import { useGo } from '../../parts/PathLink.js';
import { linkPath } from './link-path.js';
import { useLinksChanged } from './links-queries.js';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Takes the invite of another installation: the two are paired, and their words are to be compared next. */
export function AcceptLink({ opened, onClose }: Props) {
  const { t } = useTranslation('links');
  return (
    <Modal opened={opened} onClose={onClose} title={t('accept.title')} size="lg" closeButtonProps={{ 'aria-label': t('common:parts.close') }}>
      {opened ? <Form onClose={onClose} /> : null}
    </Modal>
  );
}

function Form({ onClose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('links');
  const go = useGo();
  const changed = useLinksChanged();
  const [invite, setInvite] = useState('');
  const [name, setName] = useState('');
  const accept = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/links', { body: { invite: invite.trim(), ...(name.trim() === '' ? {} : { name: name.trim() }) } })),
    onSuccess: async ({ id }) => {
      await changed();
      onClose();
      go(linkPath(id));
    },
  });
  const at = fieldProblems(accept.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (invite.trim() !== '' && !accept.isPending) accept.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t('accept.what')}</Text>
        <Textarea
          label={t('accept.invite')}
          description={t('accept.inviteHint')}
          placeholder="vestnik-link.…"
          value={invite}
          onChange={(event) => setInvite(event.currentTarget.value)}
          error={at('invite')}
          autosize
          minRows={3}
          maxRows={8}
          spellCheck={false}
          autoComplete="off"
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', overflowWrap: 'anywhere' } }}
          data-autofocus
        />
        <TextInput
          label={t('accept.name')}
          description={t('accept.nameHint')}
          placeholder="head-office"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={at('name')}
          spellCheck={false}
          autoComplete="off"
        />
        <FormProblem error={accept.error} fields={['invite', 'name']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={accept.isPending}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" loading={accept.isPending} disabled={invite.trim() === ''}>
            {t('accept.go')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
