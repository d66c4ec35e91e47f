import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly text: string;
  /** What is copied, for those who cannot see what the button stands beside. */
  readonly label?: string;
  /** A button with a text in place of a small icon. */
  readonly full?: boolean;
}

/** Copies a text. Works without a secure context too: an installation may be reached by plain http within a house. */
export function CopyButton({ text, label, full = false }: Props) {
  const { t } = useTranslation('common');
  const clipboard = useClipboard({ timeout: 1_500 });
  const copy = () => (window.isSecureContext ? clipboard.copy(text) : copyByHand(text));
  const name = clipboard.copied ? t('parts.copied') : (label ?? t('parts.copy'));
  const icon = clipboard.copied ? <IconCheck size={15} /> : <IconCopy size={15} />;
  if (full) {
    return (
      <Button variant="default" size="xs" leftSection={icon} onClick={copy}>
        {name}
      </Button>
    );
  }
  return (
    <Tooltip label={name}>
      <ActionIcon
        size="sm"
        c="dimmed"
        aria-label={name}
        onClick={(event) => {
          // Within a row that opens something when clicked.
          event.stopPropagation();
          copy();
        }}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function copyByHand(text: string): void {
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
