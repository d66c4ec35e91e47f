import { Paper } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { PagePart } from '../../parts/PagePart.js';

/** What each role may. */
export function Roles() {
  const { t } = useTranslation('administrators');
  return (
    <PagePart title={t('roles.title')}>
      <Paper p="md">
        <DescriptionList
          items={[
            ...(['owner', 'operator', 'viewer'] as const).map((role) => ({ name: t(`common:roles.${role}`), value: t(`roles.${role}`) })),
            { name: t('roles.ofTenantsName'), value: t('roles.ofTenants') },
          ]}
        />
      </Paper>
    </PagePart>
  );
}
