import { Button, Group, Stack, Switch } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Item } from '../../api/client.js';
import { CodeBlock } from '../../parts/CodeBlock.js';
import { EmptyState } from '../../parts/EmptyState.js';
import { FilterBar, TextFilter } from '../../parts/FilterBar.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { PagePart } from '../../parts/PagePart.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { useFilters } from '../../parts/useFilters.js';
import { PagePending } from '../../shell/PagePending.js';
import { environmentLines, environmentName } from './environment-lines.js';
import { SettingList } from './SettingList.js';

export type Setting = Item<'/v1/settings'>;

const FILTERS = ['search'] as const;
const ONLY = ['only'] as const;
/** In the order in which one looks for them. */
const GROUPS = ['installation', 'network', 'storage', 'security', 'sign-in', 'limits', 'log'] as const;

/** What this node was told to do, where each of it comes from, and what is not as it comes. */
export function SettingsPage() {
  const { t, i18n } = useTranslation('settings');
  const filters = useFilters(FILTERS);
  const only = useFilters(ONLY);
  const settings = useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => answerOf(api.GET('/v1/settings', { signal })) });
  if (settings.data === undefined) {
    return (
      <>
        <PageHeader title={t('title')} lead={t('lead')} />
        {settings.error === null ? <PagePending /> : <ProblemAlert error={settings.error} onRetry={() => void settings.refetch()} />}
      </>
    );
  }
  const all = settings.data.items;
  const differing = only.values.only === 'differs';
  const words = (filters.values.search ?? '').toLowerCase();
  const meaning = (name: string) => (i18n.exists(`names.${name}`, { ns: 'settings' }) ? t(`names.${name}`) : '');
  const shown = all.filter(
    (one) =>
      (!differing || one.differs) &&
      [one.name, environmentName(one.name), one.description ?? '', meaning(one.name)].some((text) => text.toLowerCase().includes(words)),
  );
  const groups = [...new Set([...GROUPS, ...shown.map(groupOf)])]
    .map((group) => ({ group, items: shown.filter((one) => groupOf(one) === group).sort((a, b) => Number(b.differs) - Number(a.differs)) }))
    .filter(({ items }) => items.length > 0);
  const count = all.filter(({ differs }) => differs).length;
  const lines = environmentLines(all);

  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <FilterBar filters={filters}>
        <TextFilter filters={filters} name="search" label={t('search')} placeholder="port, VESTNIK_HOST …" wide />
        <Switch
          pb={8}
          label={t('onlyDiffering', { count })}
          checked={differing}
          onChange={(event) => only.set('only', event.currentTarget.checked ? 'differs' : undefined)}
        />
      </FilterBar>
      <Stack gap="xl">
        {groups.length > 0 ? (
          groups.map(({ group, items }) => (
            <PagePart key={group} title={i18n.exists(`groups.${group}`, { ns: 'settings' }) ? t(`groups.${group}`) : group}>
              <SettingList settings={items} meaning={meaning} />
            </PagePart>
          ))
        ) : (
          <EmptyState
            title={differing && words === '' ? t('noneDiffer') : t('noneFound')}
            hint={differing && words === '' ? t('noneDifferHint') : t('noneFoundHint')}
            action={
              <Button
                size="xs"
                variant="default"
                leftSection={<IconFilterOff size={16} />}
                onClick={() => {
                  filters.clear();
                  only.clear();
                }}
              >
                {t('all')}
              </Button>
            }
          />
        )}
        <PagePart title={t('environment')} lead={t('environmentLead')}>
          {lines === '' ? <Group c="dimmed">{t('environmentNone')}</Group> : <CodeBlock code={lines} label={t('environment')} />}
        </PagePart>
      </Stack>
    </>
  );
}

function groupOf({ group }: Setting): string {
  return group ?? 'other';
}
