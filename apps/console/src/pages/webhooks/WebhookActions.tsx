import { Button } from '@mantine/core';
import { IconPencil, IconPlayerPause, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Webhook } from './webhook-queries.js';

/** What is about to be done to a webhook. */
export type Act =
  | { readonly kind: 'pause' }
  | { readonly kind: 'remove' }
  /** Of its dead letters; so many there are. */
  | { readonly kind: 'replay'; readonly count: number };

interface Props {
  readonly webhook: Webhook;
  readonly onChange: () => void;
  readonly onAct: (act: Act) => void;
}

/** What one may do with a webhook, at the head of its page. */
export function WebhookActions({ webhook, onChange, onAct }: Props) {
  const { t } = useTranslation('webhooks');
  return (
    <>
      <Button size="xs" variant="default" leftSection={<IconPencil size={16} />} onClick={onChange}>
        {t('change.open')}
      </Button>
      {webhook.state === 'paused' ? null : (
        <Button size="xs" variant="default" leftSection={<IconPlayerPause size={16} />} onClick={() => onAct({ kind: 'pause' })}>
          {t('pause.open')}
        </Button>
      )}
      <Button size="xs" variant="default" leftSection={<IconTrash size={16} />} onClick={() => onAct({ kind: 'remove' })}>
        {t('remove.open')}
      </Button>
    </>
  );
}
