import { Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { SecretOnce } from '../../parts/SecretOnce.js';

/** Makes an invite for the administrator of another installation, and shows it once. */
export function MakeInvite({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation('links');
  const format = useFormat();
  const [made, setMade] = useState<Schema<'LinkInvite'>>();
  return (
    <>
      <ConfirmAction
        opened={opened}
        onClose={onClose}
        title={t('invite.title')}
        confirm={t('invite.make')}
        action={async () => setMade(await answerOf(api.POST('/v1/links/invites')))}
      >
        {t('invite.what')}
      </ConfirmAction>
      <SecretOnce secret={made?.invite} title={t('invite.made')} onClose={() => setMade(undefined)}>
        <Text size="sm">{made === undefined ? null : t('invite.next', { time: format.clock(made.expiresAt) })}</Text>
      </SecretOnce>
    </>
  );
}
