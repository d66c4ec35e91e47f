import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { AddressText } from '../../parts/AddressText.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import type { Column } from '../../parts/column.js';
import { LinkButton } from '../../parts/LinkButton.js';
import { ListTable } from '../../parts/ListTable.js';
import { PagePart } from '../../parts/PagePart.js';
import { withQuery } from '../../parts/paths.js';
import { SecretOnce } from '../../parts/SecretOnce.js';
import { TimeText } from '../../parts/TimeText.js';
import { useList } from '../../parts/useList.js';
import { ADMINISTRATORS, type AdministratorKey } from './administrator-queries.js';
import { NewAdministratorKey } from './NewAdministratorKey.js';

/** Keys with which scripts administer the installation. */
export function AdministratorKeys() {
  const { t } = useTranslation('administrators');
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string>();
  const [revoking, setRevoking] = useState<AdministratorKey>();
  const refresh = () => void queries.invalidateQueries({ queryKey: ADMINISTRATORS });
  const list = useList<AdministratorKey>({
    key: [...ADMINISTRATORS, 'keys'],
    fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/administrator-keys', { params: { query: { cursor, limit } }, signal })),
  });
  const columns = useMemo<readonly Column<AdministratorKey>[]>(
    () => [
      {
        id: 'title',
        header: t('keys.title'),
        cell: ({ title, id }) => (
          <>
            <Text span fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Text>
            <Text size="xs" c="dimmed" component="div">
              <AddressText value={id} />
            </Text>
          </>
        ),
      },
      { id: 'role', header: t('columns.role'), cell: ({ role }) => t(`common:roles.${role}`) },
      { id: 'used', header: t('keys.used'), cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? t('common:parts.never') : <TimeText at={lastUsedAt} />) },
      { id: 'expires', header: t('keys.expires'), cell: ({ expiresAt }) => (expiresAt === undefined ? t('common:parts.never') : <TimeText at={expiresAt} />) },
      { id: 'created', header: t('columns.created'), cell: ({ createdAt }) => <TimeText at={createdAt} /> },
      {
        id: 'actions',
        header: t('columns.actions'),
        narrow: 'bare',
        align: 'end',
        cell: (key) => (
          <Group gap={6} justify="flex-end">
            <LinkButton to={withQuery('/audit', { search: key.id })}>{t('audit')}</LinkButton>
            <Button size="xs" variant="default" onClick={() => setRevoking(key)}>
              {t('keys.revoke')}
            </Button>
          </Group>
        ),
      },
    ],
    [t],
  );
  return (
    <PagePart
      title={t('keys.heading')}
      lead={t('keys.lead')}
      actions={
        <Button size="xs" variant="default" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
          {t('keys.create')}
        </Button>
      }
    >
      <ListTable list={list} columns={columns} rowKey={({ id }) => id} label={t('keys.heading')} empty={{ title: t('keys.none'), hint: t('keys.noneHint') }} />
      <NewAdministratorKey
        opened={making}
        onClose={() => setMaking(false)}
        onMade={(key) => {
          setMaking(false);
          setMade(key);
          refresh();
        }}
      />
      <SecretOnce secret={made} title={t('keys.made')} onClose={() => setMade(undefined)}>
        <Text size="sm">{t('keys.madeText')}</Text>
      </SecretOnce>
      <ConfirmAction
        opened={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={t('keys.revokeTitle', { title: revoking?.title ?? '' })}
        confirm={t('keys.revoke')}
        dangerous
        action={() => answerOf(api.DELETE('/v1/administrator-keys/{key}', { params: { path: { key: revoking?.id ?? '' } } }))}
        onDone={() => {
          notifications.show({ message: t('keys.revoked') });
          refresh();
        }}
      >
        {t('keys.revokeText')}
      </ConfirmAction>
    </PagePart>
  );
}
