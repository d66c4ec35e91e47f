import { AppShell, Burger, Group, ScrollArea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Brand } from './Brand.js';
import { LanguageMenu } from './LanguageMenu.js';
import { Navigation } from './Navigation.js';
import styles from './Shell.module.css';
import { ThemeMenu } from './ThemeMenu.js';
import { UserMenu } from './UserMenu.js';
import { useFocusOnPage } from './useFocusOnPage.js';

/** What stands around every page of whoever is signed in. */
export function Shell() {
  const { t } = useTranslation('common');
  const [opened, { toggle, close }] = useDisclosure(false);
  useFocusOnPage();
  return (
    <>
      <a className={styles.skip} href="#page">
        {t('shell.skip')}
      </a>
      <AppShell header={{ height: 52 }} navbar={{ width: 228, breakpoint: 'sm', collapsed: { mobile: !opened } }} padding={{ base: 'sm', sm: 'lg' }}>
        <AppShell.Header className={styles.header}>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
            <Group gap="xs" wrap="nowrap" miw={0}>
              <Burger
                opened={opened}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={t(opened ? 'shell.closeMenu' : 'shell.openMenu')}
                aria-expanded={opened}
              />
              <Brand />
            </Group>
            <Group gap={4} wrap="nowrap">
              <LanguageMenu />
              <ThemeMenu />
              <UserMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className={styles.rail}>
          <AppShell.Section grow component={ScrollArea} type="auto" scrollbarSize={8}>
            <Navigation onGo={close} />
          </AppShell.Section>
        </AppShell.Navbar>
        <AppShell.Main className={styles.main} id="page" tabIndex={-1}>
          <div className={styles.page}>
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
    </>
  );
}
