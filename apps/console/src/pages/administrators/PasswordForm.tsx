import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { asProblem } from '../../api/problem-error.js';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';
import { PASSWORD_MIN, PasswordHint } from './PasswordHint.js';

interface Props {
  readonly name: string;
  /** One's own password is changed by whoever knows it; owners replace it. */
  readonly askCurrent: boolean;
  readonly hint?: ReactNode;
  readonly onClose?: () => void;
  /** With how many sessions it ended. */
  readonly onDone: (ended: number) => void;
}

/** A new password, typed twice. */
export function PasswordForm({ name, askCurrent, hint, onClose, onDone }: Props) {
  const { t } = useTranslation('administrators');
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [differs, setDiffers] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      answerOf(
        api.PATCH('/v1/administrators/{name}', {
          params: { path: { name } },
          body: { password, ...(askCurrent ? { currentPassword: current } : {}) },
        }),
      ),
    onSuccess: ({ sessions }) => {
      setCurrent('');
      setPassword('');
      setAgain('');
      onDone(sessions?.ended ?? 0);
    },
  });
  const at = fieldProblems(save.error);
  const wrong = save.isError && asProblem(save.error).status === 401;
  const show = { 'aria-label': t('form.showPassword') };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setDiffers(password !== again);
        if (password === again && !save.isPending) save.mutate();
      }}
    >
      <Stack gap="md">
        {hint === undefined ? null : (
          <Text size="sm" component="div">
            {hint}
          </Text>
        )}
        {/* For password stores: whose password it is. */}
        <input type="text" autoComplete="username" value={name} readOnly hidden />
        {askCurrent ? (
          <PasswordInput
            label={t('form.current')}
            value={current}
            error={wrong ? t('form.currentWrong') : at('currentPassword')}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            autoComplete="current-password"
            visibilityToggleButtonProps={show}
          />
        ) : null}
        <PasswordInput
          label={t('form.newPassword')}
          description={<PasswordHint password={password} />}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={password}
          error={at('password')}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
          visibilityToggleButtonProps={show}
        />
        <PasswordInput
          label={t('form.again')}
          value={again}
          error={differs && password !== again ? t('form.differs') : undefined}
          onChange={(event) => setAgain(event.currentTarget.value)}
          autoComplete="new-password"
          visibilityToggleButtonProps={show}
        />
        {wrong ? null : <FormProblem error={save.error} fields={['password', 'currentPassword']} />}
        <Group justify="flex-end" gap="xs">
          {onClose === undefined ? null : (
            <Button variant="default" onClick={onClose} disabled={save.isPending}>
              {t('common:parts.cancel')}
            </Button>
          )}
          <Button type="submit" loading={save.isPending} disabled={[...password].length < PASSWORD_MIN || (askCurrent && current === '')}>
            {t('password.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
