import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import type { Role } from '../../api/session.js';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';

const ROLES = ['viewer', 'operator', 'owner'] as const;
/** Days. */
const LIFETIMES = ['30', '90', '365', ''] as const;
const DAY_MS = 86_400_000;

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** With the key itself, which is told once. */
  readonly onMade: (key: string) => void;
}

/** Makes a key of administrators. */
export function NewAdministratorKey({ opened, onClose, onMade }: Props) {
  const { t } = useTranslation('administrators');
  return (
    <Modal opened={opened} onClose={onClose} title={t('keys.createTitle')} closeButtonProps={{ 'aria-label': t('common:parts.close') }}>
      {opened ? <Form onClose={onClose} onMade={onMade} /> : null}
    </Modal>
  );
}

function Form({ onClose, onMade }: Omit<Props, 'opened'>) {
  const { t } = useTranslation('administrators');
  const [title, setTitle] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState<string>('90');
  const make = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/v1/administrator-keys', {
          body: { title: title.trim(), role, ...(days === '' ? {} : { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }) },
        }),
      ),
    onSuccess: ({ key }) => onMade(key),
  });
  const at = fieldProblems(make.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!make.isPending) make.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('keys.title')}
          description={t('keys.titleHint')}
          value={title}
          error={at('title')}
          maxLength={128}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label={t('columns.role')}
          description={t(`roles.${role}`)}
          allowDeselect={false}
          value={role}
          error={at('role')}
          data={ROLES.map((value) => ({ value, label: t(`common:roles.${value}`) }))}
          onChange={(value) => setRole(ROLES.find((one) => one === value) ?? 'viewer')}
        />
        <Select
          label={t('keys.lifetime')}
          allowDeselect={false}
          value={days}
          error={at('expiresAt')}
          data={LIFETIMES.map((value) => ({ value, label: value === '' ? t('keys.unlimited') : t('keys.days', { count: Number(value) }) }))}
          onChange={(value) => setDays(value ?? '')}
        />
        <FormProblem error={make.error} fields={['title', 'role', 'expiresAt']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={make.isPending}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" loading={make.isPending} disabled={title.trim() === ''}>
            {t('keys.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
