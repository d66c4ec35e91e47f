import { Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { StepsAction } from '../../parts/StepsAction.js';
import { type ClientPlace, clientQuery } from '../clients/client-queries.js';
import { deadLettersKey } from '../dead-letters/dead-letter-queries.js';
import { callFor } from '../dead-letters/which-calls.js';
import { useRefresh } from './useResume.js';
import type { Act } from './WebhookActions.js';
import { webhookKey } from './webhook-queries.js';

interface Props {
  readonly place: ClientPlace;
  readonly act: Act | undefined;
  readonly onClose: () => void;
}

/** Asks before something is done to a webhook, does it, and says what came of it. */
export function WebhookDialogs({ place, act, onClose }: Props) {
  const { t } = useTranslation('webhooks');
  const queries = useQueryClient();
  const refresh = useRefresh(place);
  const told = (message: string) => {
    notifications.show({ message });
    refresh();
  };
  return (
    <>
      <Pause place={place} opened={act?.kind === 'pause'} onClose={onClose} onDone={() => told(t('pause.done', { client: place.client }))} />
      <ConfirmAction
        opened={act?.kind === 'remove'}
        onClose={onClose}
        title={t('remove.title', { client: place.client })}
        confirm={t('remove.confirm')}
        typed={place.client}
        dangerous
        action={() => answerOf(api.DELETE('/v1/tenants/{tenant}/clients/{client}/webhook', { params: { path: place } }))}
        onDone={() => {
          // Nobody asks for it any more: the answer would be that there is none.
          queries.setQueryData(clientQuery(place).queryKey, (client) => (client === undefined ? client : { ...client, webhook: undefined }));
          queries.removeQueries({ queryKey: webhookKey(place) });
          told(t('remove.done', { client: place.client }));
        }}
      >
        {t('remove.text')}
      </ConfirmAction>
      <Replay place={place} act={act} onClose={onClose} />
    </>
  );
}

interface PauseProps {
  readonly place: ClientPlace;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function Pause({ place, opened, onClose, onDone }: PauseProps) {
  const { t } = useTranslation('webhooks');
  const [reason, setReason] = useState('');
  const close = () => {
    setReason('');
    onClose();
  };
  return (
    <ConfirmAction
      opened={opened}
      onClose={close}
      title={t('pause.title', { client: place.client })}
      confirm={t('pause.confirm')}
      action={() => {
        const body = reason.trim() === '' ? {} : { reason: reason.trim() };
        return answerOf(api.POST('/v1/tenants/{tenant}/clients/{client}/webhook/pause', { params: { path: place }, body }));
      }}
      onDone={onDone}
    >
      <Stack gap="sm">
        {t('pause.text')}
        <TextInput
          label={t('pause.reason')}
          description={t('pause.reasonHint')}
          value={reason}
          maxLength={1_000}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
      </Stack>
    </ConfirmAction>
  );
}

function Replay({ place, act, onClose }: Props) {
  const { t } = useTranslation('webhooks');
  const format = useFormat();
  const queries = useQueryClient();
  const refresh = useRefresh(place);
  const [all, setAll] = useState(0);
  if (act?.kind === 'replay' && act.count !== all) setAll(act.count);
  const text = (count: number) => ({ count, text: format.number(count) });
  return (
    <StepsAction
      opened={act?.kind === 'replay'}
      onClose={onClose}
      title={t('letters.replayTitle', text(all))}
      confirm={t('letters.replayConfirm')}
      all={all}
      step={() => callFor('replay', place.tenant, { client: place.client })}
      onEnded={({ done, left }) => {
        notifications.show({
          message: `${t('letters.replayed', text(done))}${left === 0 ? '' : ` ${t('letters.left', text(left))}`}`,
          autoClose: left === 0 ? 4_000 : 12_000,
        });
        void queries.invalidateQueries({ queryKey: deadLettersKey });
        refresh();
      }}
    >
      {t('letters.replayText')}
    </StepsAction>
  );
}
