import { Radio, Select, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../api/client.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { SecretOnce } from '../../parts/SecretOnce.js';
import type { ClientPlace } from '../clients/client-queries.js';
import { newSecret } from './new-secret.js';
import { useRefresh } from './useResume.js';
import type { Webhook } from './webhook-queries.js';

type Wire = Webhook['format'];
type Secret = 'stays' | 'new' | 'own';

interface Props {
  readonly place: ClientPlace;
  /** As it is; undefined: the client has none yet. */
  readonly webhook?: Webhook;
  /** @param done it was saved */
  readonly onClose: (done: boolean) => void;
}

/**
 * Sets a webhook, or changes it. A secret that was made is shown once, after it is saved; whoever shows this keeps it there
 * until it closes, or the secret would be gone.
 */
export function SetWebhook({ place, webhook, onClose }: Props) {
  const { t } = useTranslation('webhooks');
  const refresh = useRefresh(place);
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [wire, setWire] = useState<Wire>(webhook?.format ?? 'json-rpc');
  const [secret, setSecret] = useState<Secret>(webhook === undefined ? 'new' : 'stays');
  const [own, setOwn] = useState('');
  const [shown, setShown] = useState<string>();
  const [saved, setSaved] = useState(false);

  const save = async () => {
    // The server makes one only where there is none: a new one for a webhook that has one is made here.
    const made = secret === 'new' && webhook !== undefined ? newSecret() : undefined;
    const body: Schema<'NewWebhook'> = { url: url.trim(), format: wire, secret: secret === 'own' ? own.trim() : made };
    const answer = await answerOf(api.PUT('/v1/tenants/{tenant}/clients/{client}/webhook', { params: { path: place }, body }));
    notifications.show({ message: t(webhook === undefined ? 'add.done' : 'change.done', { client: place.client }) });
    refresh();
    setSaved(true);
    const told = made ?? answer.secret;
    if (told === undefined) onClose(true);
    else setShown(told);
  };

  return (
    <>
      <ConfirmAction
        opened={!saved}
        onClose={() => onClose(false)}
        title={webhook === undefined ? t('add.title', { client: `${place.client}@${place.tenant}` }) : t('change.title', { client: place.client })}
        confirm={t(webhook === undefined ? 'add.confirm' : 'common:parts.save')}
        action={save}
        keepOpen
      >
        <Stack gap="sm">
          {t(webhook === undefined ? 'add.text' : webhook.state === 'paused' ? 'change.textPaused' : 'change.text')}
          <TextInput
            label={t('columns.url')}
            description={t('form.urlHint')}
            placeholder="https://shop.example/vestnik"
            type="url"
            required
            withAsterisk={false}
            value={url}
            spellCheck={false}
            onChange={(event) => setUrl(event.currentTarget.value)}
            data-autofocus
          />
          <Select
            label={t('facts.format')}
            allowDeselect={false}
            data={(['json-rpc', 'cloudevents'] as const).map((value) => ({ value, label: t(`formats.${value}`) }))}
            value={wire}
            onChange={(value) => setWire(value === 'cloudevents' ? value : 'json-rpc')}
          />
          <Radio.Group label={t('form.secret')} description={t('form.secretHint')} value={secret} onChange={(value) => setSecret(value as Secret)}>
            <Stack gap={6} mt={6}>
              {webhook === undefined ? null : <Radio value="stays" label={t('form.stays')} />}
              <Radio value="new" label={t('form.new')} />
              <Radio value="own" label={t('form.own')} />
            </Stack>
          </Radio.Group>
          {secret === 'own' ? (
            <TextInput
              label={t('form.ownSecret')}
              placeholder="whsec_…"
              required
              withAsterisk={false}
              value={own}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setOwn(event.currentTarget.value)}
            />
          ) : null}
        </Stack>
      </ConfirmAction>
      <SecretOnce
        secret={shown}
        title={t('secret.title', { client: place.client })}
        onClose={() => {
          setShown(undefined);
          onClose(true);
        }}
      >
        {t('secret.text')}
      </SecretOnce>
    </>
  );
}
