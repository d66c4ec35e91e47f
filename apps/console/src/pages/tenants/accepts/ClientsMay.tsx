import { Paper, Radio, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../api/session.js';
import { SaveBar } from '../SaveBar.js';
import { type Tenant, useChangeTenant } from '../tenant-queries.js';
import { UnsavedGuard } from '../UnsavedGuard.js';
import { useEdits } from '../useEdits.js';

const REACHES = ['anywhere', 'installation', 'tenant'] as const;
const DEFAULT = 'anywhere';

/** How far the tenant's own clients may write. */
export function ClientsMay({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const mayChange = useMay('operator');
  const edits = useEdits({ clientsMay: tenant.clientsMay });
  const save = useChangeTenant(tenant.name, { done: t('settings.saved'), onDone: edits.reset });
  const chosen = edits.values.clientsMay;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ clientsMay: chosen === DEFAULT ? null : chosen });
      }}
    >
      <UnsavedGuard unsaved={edits.changed.length > 0} />
      <Paper p="md" component="section" aria-labelledby="clients-may">
        <Title order={2} id="clients-may">
          {t('clientsMay.title')}
        </Title>
        <Text size="sm" c="dimmed" mb="sm" maw="72ch">
          {t('clientsMay.lead')}
        </Text>
        <Radio.Group
          aria-labelledby="clients-may"
          value={chosen}
          onChange={(value) => edits.set('clientsMay', REACHES.find((one) => one === value) ?? DEFAULT)}
        >
          <Stack gap={8}>
            {REACHES.map((reach) => (
              <Radio
                key={reach}
                value={reach}
                label={t(`clientsMay.${reach}`)}
                description={t(`clientsMay.${reach}Hint`)}
                disabled={!mayChange && reach !== chosen}
              />
            ))}
          </Stack>
        </Radio.Group>
        <SaveBar changed={mayChange ? edits.changed.length : 0} saving={save.isPending} error={save.error} fields={[]} onReset={edits.reset} />
      </Paper>
    </form>
  );
}
