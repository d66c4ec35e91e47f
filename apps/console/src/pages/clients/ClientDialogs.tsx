import { Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { useGo } from '../../parts/PathLink.js';
import type { Act } from './ClientActions.js';
import { type Client, type ClientPlace, clientKey } from './client-queries.js';
import { purgeAll } from './purge-all.js';
import { ResendDialog } from './ResendDialog.js';

interface Props {
  readonly client: Client;
  readonly place: ClientPlace;
  readonly act: Act | undefined;
  readonly onAct: (act: Act | undefined) => void;
}

/** Asks before something is done to a client, does it, and says what came of it. */
export function ClientDialogs({ client, place, act, onAct }: Props) {
  const { t } = useTranslation('clients');
  const format = useFormat();
  const go = useGo();
  const queries = useQueryClient();
  const close = () => onAct(undefined);
  const refresh = () => void queries.invalidateQueries({ queryKey: clientKey(place) });
  const told = (message: string) => {
    notifications.show({ message });
    refresh();
  };
  const name = client.client;
  const params = { path: place };

  return (
    <>
      {act?.kind === 'title' ? <TitleDialog client={client} place={place} onClose={close} onDone={() => told(t('titleForm.done'))} /> : null}
      {act?.kind === 'resend' ? <ResendDialog client={client} place={place} from={act} onAct={onAct} onDone={told} /> : null}
      <Purge place={place} client={client} opened={act?.kind === 'purge'} onClose={close} onDone={told} onStopped={refresh} />
      <ConfirmAction
        opened={act?.kind === 'revoke'}
        onClose={close}
        title={t('revoke.title', { name })}
        confirm={t('revoke.confirm')}
        dangerous
        action={() => answerOf(api.POST('/v1/tenants/{tenant}/clients/{client}/revoke', { params }))}
        onDone={() => told(t('revoke.done', { name }))}
      >
        {t('revoke.text')}
      </ConfirmAction>
      <ConfirmAction
        opened={act?.kind === 'forget'}
        onClose={close}
        title={t('forget.title', { name })}
        confirm={t('forget.confirm')}
        typed={name}
        dangerous
        action={() => answerOf(api.DELETE('/v1/tenants/{tenant}/clients/{client}', { params }))}
        onDone={() => {
          notifications.show({ message: t('forget.done', { name }) });
          // What this page asks for is not asked again: it would be told that there is no such client.
          void queries.invalidateQueries({ queryKey: ['clients'] });
          go('/clients');
        }}
      >
        {t('forget.text', { count: client.waiting ?? 0, text: format.number(client.waiting ?? 0) })}
      </ConfirmAction>
      <ConfirmAction
        opened={act?.kind === 'close'}
        onClose={close}
        title={t('sessions.closeTitle')}
        confirm={t('sessions.close')}
        action={() =>
          answerOf(
            api.DELETE('/v1/tenants/{tenant}/clients/{client}/sessions/{session}', {
              params: { path: { ...place, session: act?.kind === 'close' ? act.session.session : '' } },
            }),
          )
        }
        onDone={() => told(t('sessions.closed'))}
      >
        {act?.kind === 'close' ? t('sessions.closeText', { transport: act.session.transport, app: act.session.app ?? '–' }) : null}
      </ConfirmAction>
      <ConfirmAction
        opened={act?.kind === 'unsubscribe'}
        onClose={close}
        title={t('subscriptions.endTitle')}
        confirm={t('subscriptions.end')}
        dangerous
        action={() =>
          answerOf(
            api.DELETE('/v1/tenants/{tenant}/subscriptions', {
              params: { path: { tenant: place.tenant } },
              body: { topic: act?.kind === 'unsubscribe' ? act.topic : '', client: name },
            }),
          )
        }
        onDone={() => told(t('subscriptions.ended'))}
      >
        {act?.kind === 'unsubscribe' ? t('subscriptions.endText', { name, topic: act.topic }) : null}
      </ConfirmAction>
    </>
  );
}

interface PurgeProps {
  readonly client: Client;
  readonly place: ClientPlace;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onDone: (message: string) => void;
  readonly onStopped: () => void;
}

function Purge({ client, place, opened, onClose, onDone, onStopped }: PurgeProps) {
  const { t } = useTranslation('clients');
  const format = useFormat();
  const [gone, setGone] = useState(0);
  const waiting = client.waiting ?? 0;
  const text = (count: number) => ({ count, text: format.number(count) });
  return (
    <ConfirmAction
      opened={opened}
      onClose={onClose}
      title={t('purge.title', { name: client.client })}
      confirm={t('purge.confirm')}
      typed={client.client}
      dangerous
      action={async () => {
        setGone(0);
        try {
          const count = await purgeAll(() => answerOf(api.POST('/v1/tenants/{tenant}/clients/{client}/purge', { params: { path: place }, body: {} })), setGone);
          onDone(t('purge.done', text(count)));
        } catch (error) {
          // Some of them may be gone already.
          onStopped();
          throw error;
        }
      }}
    >
      <p style={{ marginTop: 0 }}>{t('purge.text', text(waiting))}</p>
      <p style={{ marginBottom: 0 }}>{t('purge.keeps')}</p>
      {gone > 0 ? <p role="status">{t('purge.sofar', text(gone))}</p> : null}
    </ConfirmAction>
  );
}

function TitleDialog({
  client,
  place,
  onClose,
  onDone,
}: {
  readonly client: Client;
  readonly place: ClientPlace;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation('clients');
  const [title, setTitle] = useState(client.title ?? '');
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={t('titleForm.title', { name: client.client })}
      confirm={t('common:parts.save')}
      action={() =>
        answerOf(api.PATCH('/v1/tenants/{tenant}/clients/{client}', { params: { path: place }, body: { title: title.trim() === '' ? null : title.trim() } }))
      }
      onDone={onDone}
    >
      <Stack gap="xs">
        <TextInput
          label={t('facts.title')}
          description={t('titleForm.hint')}
          value={title}
          maxLength={128}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
      </Stack>
    </ConfirmAction>
  );
}
