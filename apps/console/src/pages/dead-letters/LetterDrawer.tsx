import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconEye, IconMailForward, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { Notice } from '../../parts/Notice.js';
import { PathLink } from '../../parts/PathLink.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { TimeText } from '../../parts/TimeText.js';
import { clientPath, deadLettersKey, type Letter, lettersPath, messagePath, webhookPath } from './dead-letter-queries.js';
import { LetterEditor } from './LetterEditor.js';
import { fetchLetterData, type LetterChange, sendLetter } from './letter-data.js';

interface Props {
  /** Stays while the drawer closes. */
  readonly letter: Letter | undefined;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** One dead letter: what it is, why it was not taken, and what can be done with it. */
export function LetterDrawer({ letter, opened, onClose }: Props) {
  const { t } = useTranslation('dead-letters');
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={letter?.type ?? ''}
      position="right"
      size="xl"
      closeButtonProps={{ 'aria-label': t('common:parts.close') }}
      styles={{ title: { fontWeight: 650, fontSize: '1.0625rem', overflowWrap: 'anywhere' } }}
    >
      {letter === undefined ? null : <Content key={`${letter.tenant} ${letter.id}`} letter={letter} onClose={onClose} />}
    </Drawer>
  );
}

function Content({ letter, onClose }: { readonly letter: Letter; readonly onClose: () => void }) {
  const { t } = useTranslation('dead-letters');
  const operator = useMay('operator');
  return (
    <Stack gap="md">
      <Notice tone="bad" title={t('letter.why')}>
        {letter.reason === '' ? t('noReason') : letter.reason}
      </Notice>
      <Facts letter={letter} />
      {operator ? <Actions letter={letter} onClose={onClose} /> : null}
    </Stack>
  );
}

function Facts({ letter }: { readonly letter: Letter }) {
  const { t } = useTranslation('dead-letters');
  const format = useFormat();
  const { tenant, client, reason, messageId, from, at, bytes } = letter;
  return (
    <DescriptionList
      items={[
        {
          name: t('columns.client'),
          value: (
            <PathLink to={clientPath(letter)} size="sm">
              {client}@{tenant}
            </PathLink>
          ),
        },
        { name: t('columns.from'), value: <AddressText value={from} wrap /> },
        { name: t('columns.at'), value: <TimeText at={at} exact /> },
        { name: t('letter.message'), value: <AddressText value={messageId} to={messagePath(messageId)} wrap /> },
        { name: t('columns.bytes'), value: bytes === 0 ? t('letter.gone') : format.bytes(bytes) },
        {
          name: t('letter.beside'),
          value: (
            <Group gap="md">
              <PathLink to={webhookPath(letter)} size="sm">
                {t('letter.webhook')}
              </PathLink>
              <PathLink to={lettersPath({ tenant, reason })} size="sm">
                {t('letter.sameReason')}
              </PathLink>
              <PathLink to={lettersPath({ tenant, client })} size="sm">
                {t('letter.sameClient')}
              </PathLink>
            </Group>
          ),
        },
      ]}
    />
  );
}

/** Sends it again, as it was or changed, or discards it. Its data come on request: that somebody looked is written down. */
function Actions({ letter, onClose }: { readonly letter: Letter; readonly onClose: () => void }) {
  const { t } = useTranslation('dead-letters');
  const queries = useQueryClient();
  const [discarding, setDiscarding] = useState(false);
  const load = useMutation({ mutationFn: () => fetchLetterData(letter) });
  const send = useMutation({
    mutationFn: (change: LetterChange) => sendLetter(letter, change),
    onSuccess: () => void queries.invalidateQueries({ queryKey: deadLettersKey }),
  });
  if (send.isSuccess) {
    const id = send.data;
    return (
      <Stack gap="md" role="status">
        <Notice tone="good" title={t('sent.title')}>
          {id === undefined ? t('sent.text') : <AddressText value={id} to={messagePath(id)} wrap />}
        </Notice>
        <Group justify="flex-end">
          <Button size="sm" onClick={onClose}>
            {t('common:parts.close')}
          </Button>
        </Group>
      </Stack>
    );
  }
  const gone = letter.bytes === 0;
  return (
    <>
      {gone ? <Notice tone="warning">{t('letter.goneText')}</Notice> : null}
      {load.data === undefined ? (
        <>
          <ProblemAlert error={load.error ?? send.error} />
          <Group gap="xs">
            <Button
              size="sm"
              leftSection={<IconMailForward size={16} />}
              disabled={gone || load.isPending}
              loading={send.isPending}
              onClick={() => send.mutate({})}
            >
              {t('replay.one')}
            </Button>
            <Button size="sm" variant="default" leftSection={<IconEye size={16} />} disabled={gone} loading={load.isPending} onClick={() => load.mutate()}>
              {t('edit.show')}
            </Button>
            <Button size="sm" variant="default" leftSection={<IconTrash size={16} />} onClick={() => setDiscarding(true)}>
              {t('discard.one')}
            </Button>
          </Group>
          <Text size="xs" c="dimmed">
            {t('edit.audited')}
          </Text>
        </>
      ) : (
        <LetterEditor
          letter={letter}
          data={load.data}
          error={send.error}
          sending={send.isPending}
          onSend={(change) => send.mutate(change)}
          onDiscard={() => setDiscarding(true)}
        />
      )}
      <ConfirmAction
        opened={discarding}
        onClose={() => setDiscarding(false)}
        title={t('discard.title', { count: 1, text: '1' })}
        confirm={t('discard.confirm')}
        dangerous
        action={() => answerOf(api.DELETE('/v1/tenants/{tenant}/dead-letters/{id}', { params: { path: { tenant: letter.tenant, id: letter.id } } }))}
        onDone={() => {
          notifications.show({ message: t('discard.done', { count: 1, text: '1' }) });
          void queries.invalidateQueries({ queryKey: deadLettersKey });
          onClose();
        }}
      >
        {t('discard.text')}
      </ConfirmAction>
    </>
  );
}
