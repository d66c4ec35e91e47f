import { NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { localOf } from '../../parts/FilterBar.js';
import type { Act } from './ClientActions.js';
import type { Client, ClientPlace } from './client-queries.js';
import { resendBodyOf } from './resend-body.js';

interface Props {
  readonly client: Client;
  readonly place: ClientPlace;
  readonly from: Extract<Act, { kind: 'resend' }>;
  readonly onAct: (act: Act | undefined) => void;
  readonly onDone: (message: string) => void;
}

const HOUR_MS = 3_600_000;

/** Sends what a client was sent before once more: since a time, or after a position. Where there is more it offers to go on. */
export function ResendDialog({ client, place, from, onAct, onDone }: Props) {
  // Going on is the same form with another position.
  return <Form key={from.position} client={client} place={place} from={from} onAct={onAct} onDone={onDone} />;
}

function Form({ client, place, from, onAct, onDone }: Props) {
  const { t } = useTranslation('clients');
  const format = useFormat();
  const [way, setWay] = useState<'since' | 'position'>(from.position === undefined ? 'since' : 'position');
  const [since, setSince] = useState(() => localOf(new Date(Date.now() - HOUR_MS).toISOString()));
  const [until, setUntil] = useState('');
  const [position, setPosition] = useState(from.position ?? '');
  const [limit, setLimit] = useState<number | string>(100);
  const sent = (count: number) => ({ count, text: format.number(count) });

  const resend = async () => {
    const body: Schema<'Resend'> = resendBodyOf({ way, since, until, position, limit });
    const answer = await answerOf(api.POST('/v1/tenants/{tenant}/clients/{client}/resend', { params: { path: place }, body }));
    const { messages, more, next } = answer;
    onDone(messages === 0 ? t('resend.doneNone') : t('resend.done', sent(messages)));
    const all = (from.sent ?? 0) + messages;
    onAct(more && next !== undefined ? { kind: 'resend', position: next, sent: all } : undefined);
  };

  return (
    <ConfirmAction
      opened
      onClose={() => onAct(undefined)}
      title={t('resend.title', { name: client.client })}
      confirm={t('resend.confirm')}
      action={resend}
      keepOpen
    >
      <Stack gap="sm">
        {from.sent === undefined ? (
          <Text size="sm">{t('resend.text')}</Text>
        ) : (
          <Text size="sm" role="status">
            {t('resend.goOn', sent(from.sent))}
          </Text>
        )}
        <SegmentedControl
          size="xs"
          aria-label={t('resend.from')}
          value={way}
          onChange={setWay}
          data={[
            { value: 'since', label: t('resend.bySince') },
            { value: 'position', label: t('resend.byPosition') },
          ]}
        />
        {way === 'since' ? (
          <TextInput
            type="datetime-local"
            step={1}
            required
            label={t('resend.since')}
            description={t('zone', { zone: format.zone(Date.now()) })}
            value={since}
            onChange={(event) => setSince(event.currentTarget.value)}
          />
        ) : (
          <TextInput
            required
            label={t('resend.position')}
            description={t('resend.positionHint')}
            value={position}
            spellCheck={false}
            onChange={(event) => setPosition(event.currentTarget.value)}
          />
        )}
        <TextInput type="datetime-local" step={1} label={t('resend.until')} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
        <NumberInput label={t('resend.limit')} description={t('resend.limitHint')} min={1} max={1_000} allowDecimal={false} value={limit} onChange={setLimit} />
      </Stack>
    </ConfirmAction>
  );
}
