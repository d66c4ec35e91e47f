import { Button, Divider, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { asProblem } from '../../api/problem-error.js';
import { sessionQuery } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { Notice } from '../../parts/Notice.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { LanguageMenu } from '../../shell/LanguageMenu.js';
import { Mark } from '../../shell/Mark.js';
import { ThemeMenu } from '../../shell/ThemeMenu.js';
import styles from './SignInPage.module.css';
import { safeReturn } from './safe-return.js';
import { useCountdown } from './useCountdown.js';

/** Name and password, or the provider of the house. After it one comes back to where one wanted to go. */
export function SignInPage() {
  const { t, i18n } = useTranslation('sign-in');
  const format = useFormat();
  const queries = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState<'name' | 'password'>();
  const [lockedUntil, setLockedUntil] = useState<number>();
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const left = useCountdown(lockedUntil);

  useEffect(() => {
    document.title = `${t('title')} · Vestnik`;
  }, [t]);
  useEffect(() => nameField.current?.focus(), []);

  const ways = useQuery({ queryKey: ['session', 'ways'], queryFn: ({ signal }) => answerOf(api.GET('/v1/session/ways', { signal })) });
  const signIn = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/session', { body: { name, password } })),
    onSuccess: async () => {
      queries.clear();
      await queries.ensureQueryData(sessionQuery);
      const to = safeReturn(search.to);
      if (to === undefined) await navigate({ to: '/' });
      else router.history.push(to);
    },
    onError: (error) => {
      const { retryAfter } = asProblem(error);
      setLockedUntil(retryAfter === undefined ? undefined : Date.now() + retryAfter * 1_000);
      setPassword('');
      passwordField.current?.focus();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const empty = name === '' ? 'name' : password === '' ? 'password' : undefined;
    setMissing(empty);
    if (empty === 'name') nameField.current?.focus();
    else if (empty === 'password') passwordField.current?.focus();
    else signIn.mutate();
  };
  const wrong = signIn.isError && asProblem(signIn.error).status === 401;
  const oidc = ways.data?.oidc;

  return (
    <div className={styles.page}>
      <Group justify="flex-end" gap={4} p="sm">
        <LanguageMenu />
        <ThemeMenu />
      </Group>
      <main className={styles.middle}>
        <Paper className={styles.card}>
          <Stack gap="lg">
            <Group gap="md" wrap="nowrap">
              <Mark size={44} />
              <div>
                <Title order={1} size="h2" data-page-heading tabIndex={-1}>
                  {t('common:shell.product')}
                </Title>
                <Text size="sm" c="dimmed">
                  {t('lead')}
                </Text>
              </div>
            </Group>
            {search.oidc === undefined ? null : (
              <Notice alert tone="bad" title={t('oidcFailed')}>
                {i18n.exists(`oidcWhy.${search.oidc}`, { ns: 'sign-in' }) ? t(`oidcWhy.${search.oidc}`) : null}
              </Notice>
            )}
            <form onSubmit={submit} noValidate>
              <Stack gap="sm">
                <TextInput
                  ref={nameField}
                  label={t('name')}
                  size="md"
                  autoComplete="username"
                  autoCapitalize="none"
                  spellCheck={false}
                  value={name}
                  error={missing === 'name' ? t('nameMissing') : undefined}
                  onChange={(event) => setName(event.currentTarget.value)}
                />
                <PasswordInput
                  ref={passwordField}
                  label={t('password')}
                  size="md"
                  autoComplete="current-password"
                  value={password}
                  error={missing === 'password' ? t('passwordMissing') : undefined}
                  visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
                  onChange={(event) => setPassword(event.currentTarget.value)}
                />
                {left > 0 ? (
                  <Notice alert tone="warning" icon={<IconLock size={19} stroke={1.8} />}>
                    {t('locked', { time: format.duration(left) })}
                  </Notice>
                ) : wrong ? (
                  <Notice alert tone="bad">
                    {t('wrong')}
                  </Notice>
                ) : (
                  <ProblemAlert error={signIn.error} />
                )}
                <Button type="submit" size="md" mt="xs" loading={signIn.isPending} disabled={left > 0}>
                  {t('signIn')}
                </Button>
              </Stack>
            </form>
            {oidc === undefined ? null : (
              <>
                <Divider label={t('or')} />
                <Button component="a" href={oidc.url} variant="default" size="md" h="auto" mih={42} py={8} styles={{ label: { whiteSpace: 'normal' } }}>
                  {t('oidc', { title: oidc.title })}
                </Button>
              </>
            )}
          </Stack>
        </Paper>
      </main>
    </div>
  );
}
