import { Button, Skeleton, Tabs } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/session.js';
import { AddressText } from '../../parts/AddressText.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { useGo } from '../../parts/PathLink.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { withQuery } from '../../parts/paths.js';
import { RoleGate } from '../../parts/RoleGate.js';
import { StateBadge } from '../../parts/StateBadge.js';
import { AcceptsTab } from './accepts/AcceptsTab.js';
import { HooksTab } from './hooks/HooksTab.js';
import { KeysTab } from './keys/KeysTab.js';
import { SettingsTab } from './settings/SettingsTab.js';
import styles from './TenantPage.module.css';
import { type Tenant, tenantQuery } from './tenant-queries.js';
import { TokensTab } from './tokens/TokensTab.js';
import { TopicRulesTab } from './topic-rules/TopicRulesTab.js';
import { SuspendedNotice } from './usage/SuspendedNotice.js';
import { UsageTab } from './usage/UsageTab.js';

/** The tabs, in their order; the first is shown where none is named. */
const TABS = {
  usage: (tenant) => <UsageTab tenant={tenant} />,
  settings: (tenant) => <SettingsTab tenant={tenant} />,
  accepts: (tenant) => <AcceptsTab tenant={tenant} />,
  topics: (tenant) => <TopicRulesTab tenant={tenant} />,
  tokens: (tenant) => <TokensTab tenant={tenant} />,
  keys: (tenant) => <KeysTab tenant={tenant} />,
  hooks: (tenant) => <HooksTab tenant={tenant} />,
} as const satisfies Record<string, (tenant: Tenant) => ReactNode>;
type Tab = keyof typeof TABS;
const NAMES = Object.keys(TABS) as Tab[];

const tabOf = (text: string | undefined): Tab => NAMES.find((name) => name === text) ?? 'usage';

/** One tenant: what it uses, and everything that is set for it. */
export function TenantPage() {
  const { t } = useTranslation('tenants');
  const { tenant: name = '' } = useParams({ strict: false });
  const found = useQuery(tenantQuery(name));
  const installation = useSession()?.installation;
  const go = useGo();
  const tenant = found.data;

  return (
    <>
      <PageHeader
        title={tenant?.title ?? name}
        crumbs={[{ title: t('title'), to: '/tenants' }]}
        badge={tenant === undefined ? undefined : <StateBadge state={tenant.suspended ? 'suspended' : 'active'} />}
        lead={<AddressText value={installation === undefined ? name : `${name}.${installation}`} wrap />}
        actions={
          tenant === undefined ? undefined : (
            <RoleGate may="operator">
              <Button variant="default" leftSection={<IconFlask size={16} />} onClick={() => go(withQuery('/try', { tenant: name }))}>
                {t('tryIt')}
              </Button>
            </RoleGate>
          )
        }
      />
      <ProblemAlert error={tenant === undefined ? found.error : null} onRetry={() => void found.refetch()} />
      {tenant === undefined ? found.isPending ? <Skeleton height={320} radius="lg" /> : null : <Content key={tenant.name} tenant={tenant} />}
    </>
  );
}

function Content({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const tab = tabOf(search.tab);
  const list = useRef<HTMLDivElement>(null);
  // Where the row scrolls, the tab that is open must be seen.
  useEffect(() => {
    const open = list.current?.querySelector(`[data-tab="${tab}"]`);
    if (open instanceof HTMLElement && list.current !== null) list.current.scrollLeft = open.offsetLeft - list.current.offsetLeft - 24;
  }, [tab]);
  return (
    <>
      <SuspendedNotice tenant={tenant} />
      <Tabs value={tab} onChange={(next) => void navigate({ to: '.', search: next === null ? {} : { tab: next }, resetScroll: false })} keepMounted={false}>
        <Tabs.List ref={list} mb="md" aria-label={t('tabs.label')} className={styles.tabs}>
          {NAMES.map((name) => (
            <Tabs.Tab key={name} value={name} data-tab={name}>
              {t(`tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {NAMES.map((name) => (
          <Tabs.Panel key={name} value={name}>
            {name === tab ? TABS[name](tenant) : null}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
