import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconDeviceLaptop, IconDotsVertical, IconHistory, IconKey, IconLockOpen, IconShieldCog, IconTrash } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useSession } from '../../api/session.js';
import type { Column } from '../../parts/column.js';
import { ListTable } from '../../parts/ListTable.js';
import { PathLink, useGo } from '../../parts/PathLink.js';
import { pathTo, withQuery } from '../../parts/paths.js';
import { StateBadge, ToneBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';
import { useList } from '../../parts/useList.js';
import type { Act } from './AdministratorsPage.js';
import { ADMINISTRATORS, type Administrator } from './administrator-queries.js';

/** The administrators; with what an owner may do to each. */
export function AdministratorList({ onAct }: { readonly onAct: ((act: Act) => void) | undefined }) {
  const { t } = useTranslation('administrators');
  const list = useList<Administrator>({
    key: [...ADMINISTRATORS, 'list'],
    fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/administrators', { params: { query: { cursor, limit } }, signal })),
    refetchMs: 15_000,
  });
  const columns = useColumns(onAct);
  return <ListTable list={list} columns={columns} rowKey={({ name }) => name} label={t('title')} empty={{ title: t('none'), hint: t('noneHint') }} />;
}

function useColumns(onAct: ((act: Act) => void) | undefined): readonly Column<Administrator>[] {
  const { t } = useTranslation('administrators');
  const self = useSession()?.name;
  return useMemo(() => {
    const columns: Column<Administrator>[] = [
      {
        id: 'name',
        header: t('columns.name'),
        cell: ({ name }) => (
          <>
            <Text span fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
            {name === self ? (
              <>
                {' '}
                <ToneBadge tone="info">{t('self')}</ToneBadge>
              </>
            ) : null}
          </>
        ),
      },
      {
        id: 'role',
        header: t('columns.role'),
        cell: ({ role, tenants }) => (
          <>
            {t(`common:roles.${role}`)}
            <Text size="xs" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
              {tenants === undefined ? t('wholeInstallation') : <Tenants names={tenants} />}
            </Text>
          </>
        ),
      },
      {
        id: 'state',
        header: t('columns.signIn'),
        cell: ({ locked, oidc }) => (
          <>
            {oidc === true ? t('byOidc') : t('byPassword')} {locked === true ? <StateBadge state="locked" title={t('lockedHint')} /> : null}
          </>
        ),
      },
      {
        id: 'last',
        header: t('columns.last'),
        cell: ({ lastSignInAt }) => (lastSignInAt === undefined ? t('common:parts.never') : <TimeText at={lastSignInAt} />),
      },
      { id: 'created', header: t('columns.created'), cell: ({ createdAt }) => <TimeText at={createdAt} /> },
    ];
    if (onAct !== undefined) {
      columns.push({
        id: 'actions',
        header: t('columns.actions'),
        narrow: 'bare',
        align: 'end',
        cell: (administrator) => <Actions administrator={administrator} onAct={onAct} />,
      });
    }
    return columns;
  }, [t, self, onAct]);
}

function Tenants({ names }: { readonly names: readonly string[] }) {
  return names.map((name, index) => (
    <span key={name}>
      {index === 0 ? null : ', '}
      <PathLink to={pathTo`/tenants/${name}`} size="xs">
        {name}
      </PathLink>
    </span>
  ));
}

function Actions({ administrator, onAct }: { readonly administrator: Administrator; readonly onAct: (act: Act) => void }) {
  const { t } = useTranslation('administrators');
  const go = useGo();
  const { name, oidc = false, locked = false } = administrator;
  const act = (kind: Exclude<Act['kind'], 'create'>) => () => onAct({ kind, administrator });
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <ActionIcon aria-label={t('actionsOf', { name })}>
          <IconDotsVertical size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {locked ? (
          <Menu.Item leftSection={<IconLockOpen size={16} />} onClick={act('unlock')}>
            {t('unlock.open')}
          </Menu.Item>
        ) : null}
        <Menu.Item leftSection={<IconDeviceLaptop size={16} />} onClick={act('sessions')}>
          {t('sessions.open')}
        </Menu.Item>
        <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => go(withQuery('/audit', { who: `administrator:${name}` }))}>
          {t('audit')}
        </Menu.Item>
        {/* The provider decides on its accounts. */}
        {oidc ? null : (
          <>
            <Menu.Item leftSection={<IconShieldCog size={16} />} onClick={act('rights')}>
              {t('rights.open')}
            </Menu.Item>
            <Menu.Item leftSection={<IconKey size={16} />} onClick={act('password')}>
              {t('password.open')}
            </Menu.Item>
          </>
        )}
        <Menu.Divider />
        <Menu.Item leftSection={<IconTrash size={16} />} onClick={act('delete')}>
          {t('delete.open')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
