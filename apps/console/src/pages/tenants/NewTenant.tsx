import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconAdjustments, IconFlask, IconKey } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
// By its own door: the package as a whole brings its schemas along.
import { isLabel } from '@vestnik/protocol/names';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useSession } from '../../api/session.js';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';
import { Notice } from '../../parts/Notice.js';
import { useGo } from '../../parts/PathLink.js';
import { withQuery } from '../../parts/paths.js';
import { type Tenant, tenantPath } from './tenant-queries.js';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Makes a tenant, and leads on: a key, then a first message. */
export function NewTenant({ opened, onClose }: Props) {
  const { t } = useTranslation('tenants');
  const [made, setMade] = useState<Tenant>();
  const close = () => {
    setMade(undefined);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={made === undefined ? t('new.title') : t('new.made', { name: made.name })}>
      {opened ? made === undefined ? <Form onMade={setMade} onClose={close} /> : <Next name={made.name} onGo={close} /> : null}
    </Modal>
  );
}

function Form({ onMade, onClose }: { readonly onMade: (tenant: Tenant) => void; readonly onClose: () => void }) {
  const { t } = useTranslation('tenants');
  const queries = useQueryClient();
  const installation = useSession()?.installation ?? '';
  const [name, setName] = useState('');
  const [title, setTitle] = useState('');
  const create = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/tenants', { body: { name, ...(title.trim() === '' ? {} : { title: title.trim() }) } })),
    onSuccess: (tenant) => {
      void queries.invalidateQueries({ queryKey: ['tenants'] });
      onMade(tenant);
    },
  });
  const at = fieldProblems(create.error);
  const wrong = name !== '' && !isLabel(name);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isLabel(name) && !create.isPending) create.mutate();
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t('new.name')}
          description={t('new.nameRule')}
          error={wrong ? t('new.nameWrong') : at('name')}
          required
          data-autofocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={63}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            create.reset();
          }}
        />
        {isLabel(name) ? (
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {t('new.addresses', { address: `${t('new.someone')}@${name}.${installation}` })}
          </Text>
        ) : null}
        <TextInput
          label={t('new.titleField')}
          description={t('settings.meanings.title')}
          error={at('title')}
          maxLength={128}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <FormProblem error={create.error} fields={['name', 'title']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!isLabel(name)}>
            {t('new.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Next({ name, onGo }: { readonly name: string; readonly onGo: () => void }) {
  const { t } = useTranslation('tenants');
  const go = useGo();
  const lead = (to: string) => () => {
    onGo();
    go(to);
  };
  return (
    <Stack gap="sm">
      <Notice tone="good">{t('new.nextLead')}</Notice>
      <Button data-autofocus leftSection={<IconKey size={16} />} onClick={lead(withQuery(tenantPath(name), { tab: 'keys', new: 'key' }))}>
        {t('new.nextKey')}
      </Button>
      <Button variant="default" leftSection={<IconFlask size={16} />} onClick={lead(withQuery('/try', { tenant: name }))}>
        {t('new.nextTry')}
      </Button>
      <Button variant="default" leftSection={<IconAdjustments size={16} />} onClick={lead(withQuery(tenantPath(name), { tab: 'settings' }))}>
        {t('new.nextSettings')}
      </Button>
    </Stack>
  );
}
