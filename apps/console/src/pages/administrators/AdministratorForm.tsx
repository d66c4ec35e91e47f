import { Button, Group, PasswordInput, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import type { Role } from '../../api/session.js';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';
import type { Administrator } from './administrator-queries.js';
import { PASSWORD_MIN, PasswordHint } from './PasswordHint.js';
import { TenantsSelect } from './TenantsSelect.js';

const ROLES = ['viewer', 'operator', 'owner'] as const;
const FIELDS = ['name', 'password', 'role', 'tenants'] as const;

interface Props {
  /** Undefined: a new one. */
  readonly administrator: Administrator | undefined;
  readonly onClose: () => void;
  readonly onDone: (name: string) => void;
}

/** A new administrator, or the rights of one that is there. */
export function AdministratorForm({ administrator, onClose, onDone }: Props) {
  const { t } = useTranslation('administrators');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>(administrator?.role ?? 'viewer');
  const [narrowed, setNarrowed] = useState(administrator?.tenants !== undefined);
  const [tenants, setTenants] = useState<readonly string[]>(administrator?.tenants ?? []);
  const [missing, setMissing] = useState(false);
  const mayNarrow = role !== 'owner';
  const narrow = mayNarrow && narrowed;
  const save = useMutation({
    mutationFn: async () => {
      if (administrator === undefined) {
        await answerOf(api.POST('/v1/administrators', { body: { name: name.trim(), password, role, ...(narrow ? { tenants: [...tenants] } : {}) } }));
      } else {
        await answerOf(
          api.PATCH('/v1/administrators/{name}', { params: { path: { name: administrator.name } }, body: { role, tenants: narrow ? [...tenants] : null } }),
        );
      }
    },
    onSuccess: () => onDone(administrator?.name ?? name.trim()),
  });
  const at = fieldProblems(save.error);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const lacks = narrow && tenants.length === 0;
        setMissing(lacks);
        if (!lacks && !save.isPending) save.mutate();
      }}
    >
      <Stack gap="md">
        {administrator === undefined ? (
          <>
            <TextInput
              label={t('form.name')}
              description={t('form.nameHint')}
              value={name}
              error={at('name')}
              onChange={(event) => setName(event.currentTarget.value)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={128}
              data-autofocus
            />
            <PasswordInput
              label={t('form.password')}
              description={<PasswordHint password={password} />}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={password}
              error={at('password')}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoComplete="new-password"
              visibilityToggleButtonProps={{ 'aria-label': t('form.showPassword') }}
            />
          </>
        ) : null}
        <Radio.Group label={t('form.role')} value={role} error={at('role')} onChange={(value) => setRole(ROLES.find((one) => one === value) ?? 'viewer')}>
          <Stack gap="xs" mt={6}>
            {ROLES.map((one) => (
              <Radio key={one} value={one} label={t(`common:roles.${one}`)} description={t(`roles.${one}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {mayNarrow ? (
          <Radio.Group label={t('form.reach')} value={narrowed ? 'tenants' : 'all'} onChange={(value) => setNarrowed(value === 'tenants')}>
            <Stack gap="xs" mt={6}>
              <Radio value="all" label={t('wholeInstallation')} />
              <Radio value="tenants" label={t('form.someTenants')} description={t('roles.ofTenants')} />
            </Stack>
          </Radio.Group>
        ) : null}
        {narrow ? <TenantsSelect value={tenants} onChange={setTenants} error={missing ? t('form.tenantsMissing') : at('tenants')} /> : null}
        <FormProblem error={save.error} fields={administrator === undefined ? FIELDS : ['role', 'tenants']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={save.isPending}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={administrator === undefined && (name.trim() === '' || [...password].length < PASSWORD_MIN)}>
            {administrator === undefined ? t('create.confirm') : t('common:parts.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
