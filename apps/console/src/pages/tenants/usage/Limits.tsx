import { Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../../api/client.js';
import { useFormat } from '../../../format/useFormat.js';
import { DescriptionList } from '../../../parts/DescriptionList.js';
import { PathLink } from '../../../parts/PathLink.js';
import { pathTo, withQuery } from '../../../parts/paths.js';
import { RATE_LIMITS } from '../settings/setting-fields.js';
import { useSizeText } from '../settings/useSizeText.js';
import { tenantPath } from '../tenant-queries.js';
import styles from './Limits.module.css';

interface Props {
  readonly tenant: string;
  readonly limits: Schema<'TenantUsage'>['limits'];
  readonly scheduled: number;
}

/** What a tenant may use, beside what it does. */
export function Limits({ tenant, limits, scheduled }: Props) {
  const { t } = useTranslation('tenants');
  const format = useFormat();
  // The fullest inbox is the one that reaches its limit.
  const behind = useQuery({
    queryKey: ['tenants', 'fullest', tenant],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/clients', { params: { query: { tenant, sort: 'behind', limit: 1 } }, signal })),
    refetchInterval: 10_000,
  });
  const size = useSizeText();
  const fullest = behind.data?.items[0];
  return (
    <Paper p="md" component="section" aria-labelledby="usage-limits">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="usage-limits">
          {t('limits.title')}
        </Title>
        <PathLink to={withQuery(tenantPath(tenant), { tab: 'settings' })} size="sm">
          {t('limits.change')}
        </PathLink>
      </Group>
      <Stack gap="md">
        <div className={styles.bars}>
          <Bar
            name={t('limits.inbox')}
            used={fullest?.waiting ?? 0}
            most={limits.maxInbox}
            note={
              fullest === undefined || fullest.waiting === 0 ? (
                t('limits.inboxEmpty')
              ) : (
                <PathLink to={pathTo`/tenants/${tenant}/clients/${fullest.client}`} size="xs">
                  {fullest.client}
                </PathLink>
              )
            }
          />
          <Bar name={t('limits.scheduled')} used={scheduled} most={limits.scheduled} />
        </div>
        <DescriptionList
          items={[
            { name: t('settings.names.maxDataBytes'), value: size(limits.maxDataBytes) },
            ...RATE_LIMITS.map((name) => {
              const limit = limits.rateLimits[name];
              return {
                name: t(`limits.rates.${name}`),
                value: limit === undefined ? t('settings.notLimited') : t('limits.perSecond', { text: format.number(limit, 3) }),
              };
            }),
          ]}
        />
      </Stack>
    </Paper>
  );
}

function Bar({ name, used, most, note }: { readonly name: string; readonly used: number; readonly most: number; readonly note?: ReactNode }) {
  const { t } = useTranslation('tenants');
  const format = useFormat();
  const share = most === 0 ? 0 : used / most;
  const text = t('limits.of', { used: format.number(used), most: format.number(most), share: format.percent(share) });
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm">{name}</Text>
        <Text size="sm" c="dimmed">
          {text}
        </Text>
      </Group>
      <Progress value={Math.min(100, share * 100)} color={share >= 0.9 ? 'red.8' : share >= 0.7 ? 'yellow.8' : 'petrol'} aria-label={`${name}: ${text}`} />
      {note === undefined ? null : (
        <Text size="xs" c="dimmed" mt={4} component="div">
          {note}
        </Text>
      )}
    </div>
  );
}
