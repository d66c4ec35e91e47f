import { Paper, TagsInput, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../api/session.js';
import { fieldProblems } from '../../../parts/FormProblem.js';
import { SaveBar } from '../SaveBar.js';
import { type Tenant, useChangeTenant } from '../tenant-queries.js';
import { UnsavedGuard } from '../UnsavedGuard.js';
import { useEdits } from '../useEdits.js';
import { isOrigin } from './token-fields.js';

/** From which web pages clients of the tenant may connect. */
export function Origins({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const readOnly = !useMay('operator');
  const edits = useEdits({ origins: tenant.origins ?? [] });
  const save = useChangeTenant(tenant.name, { done: t('settings.saved'), onDone: edits.reset });
  const { origins } = edits.values;
  const wrong = origins.find((origin) => !isOrigin(origin));
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong === undefined) save.mutate({ origins: origins.length === 0 ? null : [...origins] });
      }}
    >
      <UnsavedGuard unsaved={edits.changed.length > 0} />
      <Paper p="md" component="section" aria-labelledby="tokens-origins">
        <Title order={2} id="tokens-origins">
          {t('origins.title')}
        </Title>
        <Text size="sm" c="dimmed" mb="sm" maw="72ch">
          {t('origins.lead')}
        </Text>
        <TagsInput
          maw={640}
          label={t('origins.label')}
          description={t('origins.hint')}
          placeholder={origins.length === 0 ? t('origins.default') : undefined}
          error={wrong === undefined ? fieldProblems(save.error)('origins') : t('origins.wrong', { origin: wrong })}
          readOnly={readOnly}
          splitChars={[',', ';', ' ']}
          acceptValueOnBlur
          value={origins}
          onChange={(value) => edits.set('origins', value)}
        />
        <SaveBar
          changed={edits.changed.length}
          invalid={wrong !== undefined}
          saving={save.isPending}
          error={save.error}
          fields={['origins']}
          onReset={edits.reset}
        />
      </Paper>
    </form>
  );
}
