import { Button, Paper, Select, Switch, Text, TextInput } from '@mantine/core';
import { IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useSession } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';
import { Notice } from '../../parts/Notice.js';
import { PathLink } from '../../parts/PathLink.js';
import { pathTo, withQuery } from '../../parts/paths.js';
import { StateBadge, ToneBadge } from '../../parts/StateBadge.js';
import { TenantSelect } from '../../parts/TenantSelect.js';
import { useFilters } from '../../parts/useFilters.js';
import styles from './Try.module.css';
import type { TestClient, TestState } from './test-client.js';
import { TRANSPORTS, type TransportName } from './wire/wire.js';

const CHOICES = ['tenant', 'client', 'transport'] as const;
/** Seconds that a token of the test client counts; more than an hour nobody gets here. */
const TOKEN_TTL = 3_600;

/** Whom one tries as, and over which transport: in the address of the page, so that other pages lead here. */
export function useConnection(client: TestClient) {
  const filters = useFilters(CHOICES);
  const { tenant = '', transport = 'websocket' } = filters.values;
  const [name, setName] = useState(filters.values.client ?? 'console-test');
  const chosen: TransportName = TRANSPORTS.find((one) => one === transport) ?? 'websocket';
  const connect = useMutation({
    mutationFn: async () => {
      const { token } = await answerOf(
        api.POST('/v1/tenants/{tenant}/tokens', { params: { path: { tenant } }, body: { client: name.trim(), ttl: TOKEN_TTL } }),
      );
      client.connect({ origin: window.location.origin, tenant, token }, chosen);
    },
  });
  return { filters, tenant, transport: chosen, name: name.trim(), setName, connect };
}

interface Props {
  readonly client: TestClient;
  readonly state: TestState;
  readonly connection: ReturnType<typeof useConnection>;
}

/** Who is connected as what, and over which way. */
export function Connection({ client, state, connection }: Props) {
  const { t } = useTranslation('try');
  const format = useFormat();
  const { filters, tenant, transport, name, setName, connect } = connection;
  const [acknowledging, setAcknowledging] = useState(client.acknowledging);
  const busy = state.kind === 'connected' || state.kind === 'connecting';
  const at = fieldProblems(connect.error);
  return (
    <Paper p="md" mb="lg">
      <form
        className={styles.connection}
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && tenant !== '' && name !== '') connect.mutate();
        }}
      >
        <fieldset className={styles.who} disabled={busy}>
          <legend className="visually-hidden">{t('connection.legend')}</legend>
          <TenantSelect required value={tenant === '' ? undefined : tenant} onChange={(value) => filters.set('tenant', value)} />
          <TextInput
            label={t('connection.client')}
            size="sm"
            value={name}
            error={at('client')}
            onChange={(event) => setName(event.currentTarget.value)}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
          />
          <Select
            label={t('connection.transport')}
            size="sm"
            allowDeselect={false}
            value={transport}
            disabled={busy}
            data={TRANSPORTS.map((value) => ({ value, label: t(`transports.${value}`) }))}
            onChange={(value) => filters.set('transport', value === 'websocket' ? undefined : (value ?? undefined))}
          />
        </fieldset>
        <div className={styles.go}>
          {busy ? (
            <Button key="disconnect" size="sm" variant="default" leftSection={<IconPlugConnectedX size={17} />} onClick={() => client.disconnect()}>
              {t('connection.disconnect')}
            </Button>
          ) : (
            <Button
              key="connect"
              type="submit"
              size="sm"
              loading={connect.isPending}
              disabled={tenant === '' || name === ''}
              leftSection={<IconPlugConnected size={17} />}
            >
              {t('connection.connect')}
            </Button>
          )}
          <span role="status">
            {state.kind === 'connected' ? (
              <StateBadge state="connected" />
            ) : state.kind === 'connecting' ? (
              <ToneBadge tone="busy">{t('connection.connecting')}</ToneBadge>
            ) : (
              <StateBadge state="disconnected" />
            )}{' '}
            <Text span size="sm" c="dimmed">
              {state.received === 0 ? null : t('connection.received', { count: state.received, text: format.number(state.received) })}
            </Text>
          </span>
          <Switch
            size="sm"
            label={t('connection.acknowledge')}
            checked={acknowledging}
            onChange={(event) => {
              client.acknowledging = event.currentTarget.checked;
              setAcknowledging(event.currentTarget.checked);
            }}
          />
        </div>
      </form>
      <Text size="xs" c="dimmed" mt="sm" maw="90ch">
        {t('connection.audited')} {t('connection.socketIo')}
      </Text>
      <div className={styles.notices}>
        <FormProblem error={connect.error} fields={['client']} />
        {state.kind === 'ended' ? (
          <Notice alert tone="warning" title={t('connection.ended')}>
            {state.why}
          </Notice>
        ) : null}
        {tenant === '' ? null : <ForeignOrigin tenant={tenant} />}
      </div>
    </Paper>
  );
}

/** A tenant that names its pages refuses this one, and browsers do not say why. */
function ForeignOrigin({ tenant }: { readonly tenant: string }) {
  const { t } = useTranslation('try');
  const session = useSession();
  const { data } = useQuery({
    queryKey: ['tenants', 'one', tenant, 'origins'],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/tenants/{tenant}', { params: { path: { tenant } }, signal })),
    enabled: session !== undefined,
    retry: false,
    staleTime: 30_000,
  });
  const suspended = data?.suspended === true;
  const origins = data?.origins;
  const foreign = origins !== undefined && !origins.includes('*') && !origins.includes(window.location.origin);
  if (!suspended && !foreign) return null;
  return (
    <Notice tone="warning" title={suspended ? t('connection.suspended', { tenant }) : t('connection.foreign', { tenant, origin: window.location.origin })}>
      <PathLink to={withQuery(pathTo`/tenants/${tenant}`, { tab: 'settings' })} size="sm">
        {t('connection.openSettings')}
      </PathLink>
    </Notice>
  );
}
