import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** Asks before a page is left whose changes are not saved; also another tab of the page, and the browser's own ways out. */
export function UnsavedGuard({ unsaved }: { readonly unsaved: boolean }) {
  const { t } = useTranslation('tenants');
  const leaving = useBlocker({ shouldBlockFn: () => unsaved, enableBeforeUnload: unsaved, disabled: !unsaved, withResolver: true });
  return (
    <Modal opened={leaving.status === 'blocked'} onClose={() => leaving.reset?.()} title={t('unsaved.title')}>
      <Stack gap="md">
        <Text size="sm">{t('unsaved.text')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => leaving.proceed?.()}>
            {t('unsaved.leave')}
          </Button>
          <Button onClick={() => leaving.reset?.()} data-autofocus>
            {t('unsaved.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
