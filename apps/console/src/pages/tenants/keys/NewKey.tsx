import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { readName } from '@vestnik/protocol/names';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../../api/client.js';
import { FormProblem, fieldProblems } from '../../../parts/FormProblem.js';
import { PRESETS, type Preset, presetOf, SCOPES, type Scope } from './key-list.js';

interface Props {
  readonly tenant: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onMade: (key: Schema<'KeyShown'>) => void;
}

const DAY_MS = 86_400_000;
const LIVES = ['never', '30', '90', '365', 'date'] as const;

/** Makes a key: what for, what it may, how long. */
export function NewKey(props: Props) {
  const { t } = useTranslation('tenants');
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t('keys.add')} size="lg">
      {props.opened ? <Form {...props} /> : null}
    </Modal>
  );
}

function Form({ tenant, onClose, onMade }: Props) {
  const { t } = useTranslation('tenants');
  const [title, setTitle] = useState('');
  const [client, setClient] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(PRESETS.backend);
  const [life, setLife] = useState<(typeof LIVES)[number]>('never');
  const [date, setDate] = useState('');
  const expiry = expiryOf(life, date);
  const create = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/v1/tenants/{tenant}/keys', {
          params: { path: { tenant } },
          body: {
            title: title.trim(),
            scopes: [...scopes],
            ...(client === '' ? {} : { client }),
            ...(typeof expiry === 'string' ? { expiresAt: expiry } : {}),
          },
        }),
      ),
    onSuccess: (key) => {
      onClose();
      onMade(key);
    },
  });
  const at = fieldProblems(create.error);
  const clientWrong = client !== '' && readName(client) === undefined;
  const ready = title.trim() !== '' && scopes.length > 0 && !clientWrong && expiry !== undefined;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !create.isPending) create.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('keys.name')}
          description={t('keys.nameHint')}
          placeholder={t('keys.namePlaceholder')}
          error={at('title')}
          required
          data-autofocus
          maxLength={128}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <TextInput
          label={t('keys.client')}
          description={t('keys.clientHint')}
          placeholder="server"
          error={clientWrong ? t('keys.clientWrong') : at('client')}
          autoCapitalize="none"
          spellCheck={false}
          value={client}
          onChange={(event) => setClient(event.currentTarget.value)}
        />
        <Checkbox.Group
          label={t('keys.mayDo')}
          error={scopes.length === 0 ? t('keys.scopesNone') : at('scopes')}
          value={[...scopes]}
          onChange={(value) => setScopes(SCOPES.filter((scope) => value.includes(scope)))}
        >
          <Group gap={6} my={8} role="group" aria-label={t('keys.presetsLabel')}>
            {(Object.keys(PRESETS) as Preset[]).map((preset) => (
              <Button
                key={preset}
                size="compact-sm"
                variant={presetOf(scopes) === preset ? 'filled' : 'default'}
                aria-pressed={presetOf(scopes) === preset}
                onClick={() => setScopes(PRESETS[preset])}
              >
                {t(`keys.presets.${preset}`)}
              </Button>
            ))}
          </Group>
          <Stack gap={8}>
            {SCOPES.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={t(`keys.scopes.${scope.replace(':', '-')}`)}
                description={t(`keys.meanings.${scope.replace(':', '-')}`)}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group gap="sm" align="flex-end">
          <Select
            flex="1 1 12rem"
            label={t('keys.expires')}
            allowDeselect={false}
            data={LIVES.map((value) => ({ value, label: t(`keys.lives.${value}`) }))}
            value={life}
            onChange={(value) => setLife(LIVES.find((one) => one === value) ?? 'never')}
          />
          {life === 'date' ? (
            <TextInput
              flex="1 1 12rem"
              type="date"
              label={t('keys.date')}
              error={date !== '' && expiry === undefined ? t('keys.dateWrong') : at('expiresAt')}
              value={date}
              onChange={(event) => setDate(event.currentTarget.value)}
            />
          ) : null}
        </Group>
        <FormProblem error={create.error} fields={['title', 'client', 'scopes', 'expiresAt']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={create.isPending}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!ready}>
            {t('keys.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** When the key ends; null: never; undefined: the date is none that lies ahead. */
function expiryOf(life: (typeof LIVES)[number], date: string): string | null | undefined {
  if (life === 'never') return null;
  // The end of that day, where the administrator is.
  const at = life === 'date' ? new Date(`${date}T23:59:59`).getTime() : Date.now() + Number(life) * DAY_MS;
  return Number.isNaN(at) || at <= Date.now() ? undefined : new Date(at).toISOString();
}
