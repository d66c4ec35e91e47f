import { Button, Group, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from '../../../parts/column.js';
import { ToneBadge } from '../../../parts/StateBadge.js';
import { TimeText } from '../../../parts/TimeText.js';
import { useNow } from '../../../parts/useNow.js';
import { type Key, lifeOf, presetOf, SCOPES } from './key-list.js';

type Open = (open: { readonly what: 'rotate' | 'revoke'; readonly key: Key }) => void;

/** The columns of a tenant's keys; with what may be done to them where somebody may. */
export function useKeyColumns(keys: readonly Key[], onOpen: Open | undefined): readonly Column<Key>[] {
  const { t } = useTranslation('tenants');
  return useMemo(() => {
    const titles = new Map(keys.map(({ id, title }) => [id, title]));
    return [
      {
        id: 'title',
        header: t('keys.name'),
        value: ({ title }) => title.toLowerCase(),
        cell: ({ id, title, replaces, createdAt }) => (
          <>
            <Text size="sm" fw={600}>
              {title}
            </Text>
            <Text size="xs" c="dimmed">
              {replaces === undefined ? id : t('keys.replaces', { id, title: titles.get(replaces) ?? replaces })}
            </Text>
            <Text size="xs" c="dimmed">
              {t('keys.made')} <TimeText at={createdAt} />
            </Text>
          </>
        ),
      },
      {
        id: 'client',
        header: t('keys.client'),
        value: ({ client }) => client,
        cell: ({ client }) => (
          <Text span ff="monospace" size="sm">
            {client}
          </Text>
        ),
      },
      { id: 'scopes', header: t('keys.mayDo'), cell: ({ scopes }) => <Scopes scopes={scopes} /> },
      {
        id: 'used',
        header: t('keys.used'),
        value: ({ lastUsedAt }) => lastUsedAt ?? '',
        cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? t('keys.neverUsed') : <TimeText at={lastUsedAt} />),
      },
      { id: 'expires', header: t('keys.expires'), value: ({ expiresAt }) => expiresAt ?? '9', cell: (key) => <Expiry of={key} /> },
      ...(onOpen === undefined
        ? []
        : [
            {
              id: 'actions',
              header: t('actions'),
              align: 'end' as const,
              width: 224,
              cell: (key: Key) => (
                <Group gap={4} justify="flex-end">
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={t('keys.rotateOf', { title: key.title })}
                    onClick={() => onOpen({ what: 'rotate', key })}
                  >
                    {t('keys.rotate')}
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="red"
                    c="var(--bad-text)"
                    aria-label={t('keys.revokeOf', { title: key.title })}
                    onClick={() => onOpen({ what: 'revoke', key })}
                  >
                    {t('keys.revoke')}
                  </Button>
                </Group>
              ),
            },
          ]),
    ];
  }, [t, keys, onOpen]);
}

/** Everything, or what stands out: the rights that do harm in wrong hands are marked. */
function Scopes({ scopes }: { readonly scopes: Key['scopes'] }) {
  const { t } = useTranslation('tenants');
  const preset = presetOf(scopes);
  if (preset === 'everything') return <ToneBadge tone="warning">{t('keys.presets.everything')}</ToneBadge>;
  return (
    <Group gap={4}>
      {SCOPES.filter((scope) => scopes.includes(scope)).map((scope) => (
        <ToneBadge key={scope} tone={scope === 'manage' ? 'warning' : 'info'} title={scope}>
          {t(`keys.scopes.${scope.replace(':', '-')}`)}
        </ToneBadge>
      ))}
    </Group>
  );
}

function Expiry({ of: key }: { readonly of: Key }) {
  const { t } = useTranslation('tenants');
  const life = lifeOf(key, useNow());
  if (key.expiresAt === undefined) return t('keys.neverExpires');
  return (
    <Group gap={6}>
      <TimeText at={key.expiresAt} />
      {life === 'lasting' ? null : <ToneBadge tone={life === 'over' ? 'bad' : 'warning'}>{t(`keys.life.${life}`)}</ToneBadge>}
    </Group>
  );
}
