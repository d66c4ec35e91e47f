import { Button, Menu, Text } from '@mantine/core';
import { IconLogout, IconUser, IconUserCog } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { useSession } from '../api/session.js';
import { useGo } from '../parts/PathLink.js';
import { ToneBadge } from '../parts/StateBadge.js';

/** Who is signed in, with which role, and the way out. */
export function UserMenu() {
  const { t } = useTranslation('common');
  const session = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const go = useGo();
  const signOut = useMutation({
    mutationFn: () => api.DELETE('/v1/session'),
    // Whether or not the server was reached: nothing of the session stays here.
    onSettled: async () => {
      await navigate({ to: '/sign-in', search: {} });
      queries.clear();
    },
  });
  if (session === undefined) return null;
  return (
    <Menu position="bottom-end" shadow="md" width={240}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          px={8}
          leftSection={<IconUser size={18} stroke={1.7} />}
          aria-label={t('shell.user', { name: session.name })}
        >
          <Text span inherit visibleFrom="sm" maw="12rem" truncate>
            {session.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text span size="sm" fw={600} c="var(--mantine-color-text)" style={{ overflowWrap: 'anywhere' }}>
            {session.name}
          </Text>{' '}
          <ToneBadge tone={session.role === 'owner' ? 'info' : 'neutral'}>{t(`roles.${session.role}`)}</ToneBadge>
          {session.tenants === undefined ? null : (
            <Text span size="xs" display="block" mt={4} c="dimmed">
              {t('shell.ofTenants', { count: session.tenants.length, names: session.tenants.slice(0, 3).join(', ') })}
            </Text>
          )}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconUserCog size={17} stroke={1.7} aria-hidden />} onClick={() => go('/account')}>
          {t('nav.account')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={17} stroke={1.7} aria-hidden />} onClick={() => signOut.mutate()}>
          {t('shell.signOut')}
        </Menu.Item>
        {session.version === undefined ? null : <Menu.Label>{t('shell.version', { version: session.version })}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
