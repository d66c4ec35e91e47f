import { Button, Checkbox, Group, Modal, Stack } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from './CodeBlock.js';
import { Notice } from './Notice.js';

interface Props {
  /** Undefined: nothing to show, the window is closed. */
  readonly secret: string | undefined;
  readonly title: string;
  readonly children?: ReactNode;
  /** The caller forgets the secret. */
  readonly onClose: () => void;
}

/** A secret that the server tells once. Closes only after one has said that it is kept. */
export function SecretOnce({ secret, title, children, onClose }: Props) {
  const { t } = useTranslation('common');
  const [saved, setSaved] = useState(false);
  const close = () => {
    setSaved(false);
    onClose();
  };
  return (
    <Modal opened={secret !== undefined} onClose={close} title={title} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} size="lg">
      <Stack gap="md">
        <Notice tone="warning" icon={<IconKey size={19} stroke={1.8} />} title={t('parts.secretOnce')} />
        {children}
        {secret === undefined ? null : <CodeBlock code={secret} label={title} />}
        <Checkbox label={t('parts.secretSaved')} checked={saved} onChange={(event) => setSaved(event.currentTarget.checked)} />
        <Group justify="flex-end">
          <Button disabled={!saved} onClick={close}>
            {t('parts.close')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
