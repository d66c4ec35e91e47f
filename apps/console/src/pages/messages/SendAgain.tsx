import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { useGo } from '../../parts/PathLink.js';
import { pathTo } from '../../parts/paths.js';
import { deadLettersKey } from '../dead-letters/dead-letter-queries.js';

interface Props {
  readonly messageId: string;
  readonly tenant: string;
  readonly client: string;
  readonly reason: string | undefined;
}

/** Among so many of the client's newest dead letters the message is looked for; an older one is found on their own page. */
const LOOKED_AT = 100;

/** Sends a refused message once more, as it is. Nothing where its dead letter is gone: it was sent again already, or discarded. */
export function SendAgain({ messageId, tenant, client, reason }: Props) {
  const { t } = useTranslation('messages');
  const go = useGo();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { data: letter } = useQuery({
    queryKey: [...deadLettersKey, 'of-message', messageId, tenant, client],
    queryFn: async ({ signal }) => {
      const { items } = await answerOf(api.GET('/v1/dead-letters', { params: { query: { tenant, client, reason, limit: LOOKED_AT } }, signal }));
      return items.find((one) => one.messageId === messageId) ?? null;
    },
  });
  if (letter === undefined || letter === null) return null;
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => setAsking(true)}>
        {t('again.open')}
      </Button>
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('again.title', { client })}
        confirm={t('again.confirm')}
        action={async () => {
          const { id } = await answerOf(api.POST('/v1/tenants/{tenant}/dead-letters/{id}/replay', { params: { path: { tenant, id: letter.id } } }));
          void queries.invalidateQueries({ queryKey: deadLettersKey });
          notifications.show({ message: t('again.done') });
          // What becomes of it this time is what one wants to see now.
          if (id !== undefined) go(pathTo`/messages/${id}`);
        }}
      >
        {t('again.text')}
      </ConfirmAction>
    </>
  );
}
