import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmAction } from '../../../parts/ConfirmAction.js';
import { Notice } from '../../../parts/Notice.js';
import { RoleGate } from '../../../parts/RoleGate.js';
import { type Tenant, useChangeTenant } from '../tenant-queries.js';

/** Above everything while nobody gets in. */
export function SuspendedNotice({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const [asking, setAsking] = useState(false);
  const change = useChangeTenant(tenant.name, { done: t('suspend.resumed') });
  return (
    <>
      {tenant.suspended ? (
        <div style={{ marginBottom: 16 }}>
          <Notice tone="warning" title={t('suspend.banner')}>
            <Group justify="space-between" gap="xs">
              <Text size="sm">{t('suspend.bannerText')}</Text>
              <RoleGate may="operator" whole>
                <Button size="xs" onClick={() => setAsking(true)}>
                  {t('suspend.resume')}
                </Button>
              </RoleGate>
            </Group>
          </Notice>
        </div>
      ) : null}
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('suspend.resumeTitle', { name: tenant.name })}
        confirm={t('suspend.resume')}
        action={() => change.mutateAsync({ suspended: false })}
      >
        {t('suspend.resumeText')}
      </ConfirmAction>
    </>
  );
}
