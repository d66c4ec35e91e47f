import { Button, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { AdministratorDialogs } from './AdministratorDialogs.js';
import { AdministratorKeys } from './AdministratorKeys.js';
import { AdministratorList } from './AdministratorList.js';
import type { Administrator } from './administrator-queries.js';
import { Roles } from './Roles.js';

/** What is about to be done to an administrator. */
export type Act =
  | { readonly kind: 'create' }
  | { readonly kind: 'rights' | 'password' | 'sessions' | 'unlock' | 'delete'; readonly administrator: Administrator };

/** Who administers this installation, and with which keys scripts do. */
export function AdministratorsPage() {
  const { t } = useTranslation('administrators');
  const owner = useMay('owner', { whole: true });
  const [act, setAct] = useState<Act>();
  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={
          owner ? (
            <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setAct({ kind: 'create' })}>
              {t('create.open')}
            </Button>
          ) : undefined
        }
      />
      <Stack gap="xl">
        <AdministratorList onAct={owner ? setAct : undefined} />
        <Roles />
        {owner ? <AdministratorKeys /> : null}
      </Stack>
      <AdministratorDialogs act={act} onClose={() => setAct(undefined)} />
    </>
  );
}
