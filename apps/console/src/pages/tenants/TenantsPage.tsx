import { Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../api/client.js';
import type { Column } from '../../parts/column.js';
import { FilterBar, TextFilter } from '../../parts/FilterBar.js';
import { ListTable } from '../../parts/ListTable.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PathLink, useGo } from '../../parts/PathLink.js';
import { withQuery } from '../../parts/paths.js';
import { RoleGate } from '../../parts/RoleGate.js';
import { StateBadge, ToneBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { useFilters } from '../../parts/useFilters.js';
import { useList } from '../../parts/useList.js';
import { NewTenant } from './NewTenant.js';
import { type Tenant, tenantPath } from './tenant-queries.js';

type Attention = Schema<'Attention'>;

const FILTERS = ['search'] as const;

/** All tenants: which there are, which of them are suspended or need somebody. */
export function TenantsPage() {
  const { t } = useTranslation('tenants');
  const go = useGo();
  const filters = useFilters(FILTERS);
  const [creating, setCreating] = useState(false);
  const list = useList<Tenant>({
    key: ['tenants', 'list', filters.values],
    fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/tenants', { params: { query: { ...filters.values, cursor, limit } }, signal })),
  });
  // One answer for all rows: counting each tenant's clients would be a call a row.
  const stats = useQuery({ queryKey: ['stats', 'attention'], queryFn: ({ signal }) => answerOf(api.GET('/v1/stats', { signal })), refetchInterval: 15_000 });
  const columns = useColumns(t, stats.data?.attention);
  const create = (
    <RoleGate may="operator" whole>
      <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
        {t('new.open')}
      </Button>
    </RoleGate>
  );

  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} actions={create} />
      <FilterBar filters={filters}>
        <TextFilter filters={filters} name="search" label={t('list.search')} placeholder={t('list.searchPlaceholder')} wide />
      </FilterBar>
      <ListTable
        list={list}
        columns={columns}
        rowKey={({ name }) => name}
        label={t('title')}
        onOpen={({ name }) => go(tenantPath(name))}
        empty={
          filters.active > 0
            ? { title: t('list.noneFound'), hint: t('list.noneFoundHint') }
            : { title: t('list.none'), hint: t('list.noneHint'), action: create }
        }
      />
      <NewTenant opened={creating} onClose={() => setCreating(false)} />
    </>
  );
}

function useColumns(t: TFunction, attention: readonly Attention[] | undefined): readonly Column<Tenant>[] {
  return useMemo(() => {
    const needing = new Map<string, Attention[]>();
    for (const one of attention ?? []) if (one.tenant !== undefined) needing.set(one.tenant, [...(needing.get(one.tenant) ?? []), one]);
    return [
      {
        id: 'name',
        header: t('list.name'),
        cell: ({ name, title }) => (
          <>
            <PathLink to={tenantPath(name)} fw={600} size="sm">
              {name}
            </PathLink>
            {title === undefined ? null : (
              <Text size="xs" c="dimmed">
                {title}
              </Text>
            )}
          </>
        ),
      },
      {
        id: 'state',
        header: t('list.state'),
        narrow: 'bare',
        cell: ({ suspended }) => <StateBadge state={suspended ? 'suspended' : 'active'} />,
      },
      {
        id: 'attention',
        header: t('list.attention'),
        cell: ({ name }) => <Needs found={needing.get(name)} t={t} />,
      },
      {
        id: 'accepts',
        header: t('list.accepts'),
        cell: ({ name, accepts }) => (
          <PathLink to={withQuery(tenantPath(name), { tab: 'accepts' })} size="sm">
            {accepts.length === 0 ? t('list.nobody') : t('list.rules', { count: accepts.length })}
          </PathLink>
        ),
      },
      {
        id: 'created',
        header: t('list.created'),
        cell: ({ createdAt }) => <TimeText at={createdAt} />,
      },
    ];
  }, [t, attention]);
}

function Needs({ found, t }: { readonly found: readonly Attention[] | undefined; readonly t: TFunction }) {
  const [first] = found ?? [];
  if (found === undefined || first === undefined) {
    return (
      <Text span size="sm" c="dimmed">
        –
      </Text>
    );
  }
  const kinds = [...new Set(found.map(({ kind }) => t(`attention.${kind}`)))].join(', ');
  return (
    <PathLink to={first.page} size="sm" title={kinds}>
      <ToneBadge tone={found.some(({ severity }) => severity === 'critical') ? 'bad' : 'warning'}>{kinds}</ToneBadge>
    </PathLink>
  );
}
