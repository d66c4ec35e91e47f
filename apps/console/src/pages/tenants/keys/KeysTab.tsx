import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../../api/client.js';
import { useMay } from '../../../api/session.js';
import { ConfirmAction } from '../../../parts/ConfirmAction.js';
import { FilterBar, SelectFilter, TextFilter } from '../../../parts/FilterBar.js';
import { ListTable } from '../../../parts/ListTable.js';
import { Notice } from '../../../parts/Notice.js';
import { useFilters } from '../../../parts/useFilters.js';
import { useList } from '../../../parts/useList.js';
import type { Tenant } from '../tenant-queries.js';
import { foundKeys, type Key, SCOPES } from './key-list.js';
import { NewKey } from './NewKey.js';
import { RotateKey } from './RotateKey.js';
import { type Shown, ShownKey } from './ShownKey.js';
import { useKeyColumns } from './useKeyColumns.js';

const FILTERS = ['find', 'scope'] as const;
/** A tenant's keys are few: they come at once, and are searched here. */
const ALL = 1_000;

/** The API keys of a tenant: made, rotated, and taken away at once where one has leaked. */
export function KeysTab({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const filters = useFilters(FILTERS);
  const mayChange = useMay('operator');
  const [creating, setCreating] = useState(mayChange && search.new === 'key');
  const [open, setOpen] = useState<{ readonly what: 'rotate' | 'revoke'; readonly key: Key }>();
  const [shown, setShown] = useState<Shown>();
  const params = { path: { tenant: tenant.name } };
  const list = useList<Key>({
    key: ['tenants', 'keys', tenant.name],
    limit: ALL,
    fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/tenants/{tenant}/keys', { params: { ...params, query: { cursor, limit } }, signal })),
    // When a key was last used.
    refetchMs: 15_000,
  });
  const { find = '', scope } = filters.values;
  const items = useMemo(() => foundKeys(list.items, find, scope), [list.items, find, scope]);
  const columns = useKeyColumns(list.items, mayChange ? setOpen : undefined);
  const refresh = () => void queries.invalidateQueries({ queryKey: ['tenants'] });
  const create = mayChange ? (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      {t('keys.add')}
    </Button>
  ) : null;

  return (
    <section aria-labelledby="keys">
      <Group justify="space-between" align="flex-start" gap="xs" mb="sm">
        <div style={{ flex: '1 1 16rem' }}>
          <Title order={2} id="keys">
            {t('keys.title')}
          </Title>
          <Text size="sm" c="dimmed" maw="72ch">
            {t('keys.lead')}
          </Text>
        </div>
        {create}
      </Group>
      <Stack gap="sm">
        {mayChange && list.items.length > 0 ? (
          <Notice tone="neutral" title={t('keys.leaked')}>
            {t('keys.leakedText')}
          </Notice>
        ) : null}
        <div>
          <FilterBar filters={filters}>
            <TextFilter filters={filters} name="find" label={t('keys.find')} placeholder={t('keys.findPlaceholder')} wide />
            <SelectFilter
              filters={filters}
              name="scope"
              label={t('keys.mayDo')}
              options={SCOPES.map((value) => ({ value, label: t(`keys.scopes.${value.replace(':', '-')}`) }))}
            />
          </FilterBar>
          <ListTable
            list={{ ...list, items }}
            columns={columns}
            rowKey={({ id }) => id}
            label={t('keys.title')}
            empty={
              filters.active > 0
                ? { title: t('keys.noneFound'), hint: t('keys.noneFoundHint') }
                : { title: t('keys.none'), hint: t('keys.noneHint'), action: create }
            }
          />
        </div>
      </Stack>

      <NewKey
        tenant={tenant.name}
        opened={creating}
        onClose={() => {
          setCreating(false);
          if (search.new !== undefined) void navigate({ to: '.', search: { tab: 'keys' }, replace: true, resetScroll: false });
        }}
        onMade={(key) => {
          refresh();
          setShown({ key });
        }}
      />
      <RotateKey
        tenant={tenant.name}
        replaced={open?.what === 'rotate' ? open.key : undefined}
        onClose={() => setOpen(undefined)}
        onMade={(key, replaced) => {
          refresh();
          setShown({ key, replaced });
        }}
      />
      <ConfirmAction
        opened={open?.what === 'revoke'}
        onClose={() => setOpen(undefined)}
        title={t('keys.revokeTitle', { title: open?.key.title ?? '' })}
        confirm={t('keys.revokeNow')}
        dangerous
        action={async () => {
          if (open !== undefined) await api.DELETE('/v1/tenants/{tenant}/keys/{key}', { params: { path: { tenant: tenant.name, key: open.key.id } } });
        }}
        onDone={() => {
          notifications.show({ message: t('keys.revoked'), color: 'teal' });
          refresh();
        }}
      >
        {t('keys.revokeText')}
      </ConfirmAction>
      <ShownKey tenant={tenant.name} shown={shown} onClose={() => setShown(undefined)} />
    </section>
  );
}
