import { Autocomplete, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { useGo } from '../../parts/PathLink.js';
import { TenantSelect } from '../../parts/TenantSelect.js';
import type { ClientPlace } from '../clients/client-queries.js';
import { SetWebhook } from './SetWebhook.js';
import { onePath } from './webhook-queries.js';

interface Props {
  /** What is filled in already. */
  readonly tenant: string | undefined;
  readonly client: string | undefined;
  readonly onClose: () => void;
}

/** Chooses the client that gets a webhook, then sets it. One that has one already is opened: nothing is overwritten unseen. */
export function NewWebhook({ tenant: knownTenant, client: knownClient, onClose }: Props) {
  const { t } = useTranslation('webhooks');
  const go = useGo();
  const [tenant, setTenant] = useState(knownTenant);
  const [client, setClient] = useState(knownClient ?? '');
  const [place, setPlace] = useState<ClientPlace>();
  const [typed] = useDebouncedValue(client, 250);
  const found = useQuery({
    queryKey: ['clients', 'for a webhook', tenant, typed],
    queryFn: ({ signal }) => clientsLike(tenant ?? '', typed, signal),
    enabled: tenant !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  if (place !== undefined) {
    return (
      <SetWebhook
        place={place}
        onClose={(done) => {
          onClose();
          if (done) go(onePath(place));
        }}
      />
    );
  }
  const choose = async () => {
    const name = client.trim();
    if (tenant === undefined || name === '') return;
    const has = (await clientsLike(tenant, name)).some((one) => one.client === name && one.webhook !== undefined);
    if (has) go(onePath({ tenant, client: name }));
    else setPlace({ tenant, client: name });
  };
  return (
    <ConfirmAction opened onClose={onClose} title={t('add.open')} confirm={t('add.next')} action={choose} keepOpen>
      <Stack gap="sm">
        {t('add.choose')}
        <TenantSelect value={tenant} onChange={setTenant} required />
        <Autocomplete
          label={t('columns.client')}
          description={t('add.clientHint')}
          required
          withAsterisk={false}
          value={client}
          onChange={setClient}
          data={(found.data ?? []).filter(({ webhook }) => webhook === undefined).map((one) => one.client)}
          // The server has searched.
          filter={({ options }) => options}
          limit={20}
          spellCheck={false}
        />
      </Stack>
    </ConfirmAction>
  );
}

async function clientsLike(tenant: string, search: string, signal?: AbortSignal) {
  const query = { tenant, limit: 50, ...(search.trim() === '' ? {} : { search: search.trim() }) };
  return (await answerOf(api.GET('/v1/clients', { params: { query }, signal }))).items;
}
