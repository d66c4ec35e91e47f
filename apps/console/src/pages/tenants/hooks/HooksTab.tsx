import { Button, Checkbox, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconWebhook } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useSession } from '../../../api/session.js';
import { CodeBlock } from '../../../parts/CodeBlock.js';
import { ConfirmAction } from '../../../parts/ConfirmAction.js';
import { EmptyState } from '../../../parts/EmptyState.js';
import { fieldProblems } from '../../../parts/FormProblem.js';
import { RoleGate } from '../../../parts/RoleGate.js';
import { SaveBar } from '../SaveBar.js';
import { type Tenant, useChangeTenant } from '../tenant-queries.js';
import { newHookSecret } from '../tokens/token-fields.js';
import { UnsavedGuard } from '../UnsavedGuard.js';
import { useEdits } from '../useEdits.js';

const EVENTS = ['connect', 'disconnect', 'send-refused'] as const;

/** Where the tenant's own backend is told what happens. */
export function HooksTab({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const readOnly = !useMay('operator');
  const [setting, setSetting] = useState(false);
  return (
    <Stack gap="lg">
      <Paper p="md" component="section" aria-labelledby="hooks">
        <Title order={2} id="hooks">
          {t('hooks.title')}
        </Title>
        <Text size="sm" c="dimmed" mb="md" maw="72ch">
          {t('hooks.lead')}
        </Text>
        {tenant.hooks !== undefined || setting ? (
          <HooksForm tenant={tenant} readOnly={readOnly} onDone={() => setSetting(false)} />
        ) : (
          <EmptyState
            icon={<IconWebhook size={34} stroke={1.4} />}
            title={t('hooks.none')}
            hint={t('hooks.noneHint')}
            action={
              <RoleGate may="operator">
                <Button variant="default" onClick={() => setSetting(true)}>
                  {t('hooks.setUp')}
                </Button>
              </RoleGate>
            }
          />
        )}
      </Paper>
      {tenant.hooks === undefined ? null : <Example tenant={tenant.name} />}
    </Stack>
  );
}

function HooksForm({ tenant, readOnly, onDone }: { readonly tenant: Tenant; readonly readOnly: boolean; readonly onDone: () => void }) {
  const { t } = useTranslation('tenants');
  const { hooks } = tenant;
  const edits = useEdits({ url: hooks?.url ?? '', secret: '', on: hooks?.on ?? [...EVENTS] });
  const [removing, setRemoving] = useState(false);
  const done = () => {
    edits.reset();
    onDone();
  };
  const save = useChangeTenant(tenant.name, { done: t('settings.saved'), onDone: done });
  const remove = useChangeTenant(tenant.name, { done: t('hooks.removed'), onDone: done });
  const at = fieldProblems(save.error);
  const { url, secret, on } = edits.values;
  const invalid = url === '' || on.length === 0 || (hooks === undefined && secret === '');
  return (
    <form
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (invalid) return;
        const changed = new Set<string>(edits.changed);
        save.mutate({ hooks: { ...(changed.has('url') ? { url } : {}), ...(secret === '' ? {} : { secret }), ...(changed.has('on') ? { on } : {}) } });
      }}
    >
      <UnsavedGuard unsaved={edits.changed.length > 0} />
      <Stack gap="md" maw={640}>
        <TextInput
          type="url"
          label={t('hooks.url')}
          description={t('hooks.urlHint')}
          placeholder="https://backend.example.com/vestnik"
          error={at('hooks/url')}
          readOnly={readOnly}
          required={!readOnly}
          spellCheck={false}
          value={url}
          onChange={(event) => edits.set('url', event.currentTarget.value.trim())}
        />
        {readOnly ? (
          <TextInput label={t('hooks.secret')} readOnly value={t('secret.stored')} />
        ) : (
          <Group gap="xs" align="flex-end">
            <PasswordInput
              flex={1}
              label={t('hooks.secret')}
              description={t('hooks.secretHint')}
              placeholder={hooks === undefined ? 'whsec_…' : t('secret.keep')}
              error={at('hooks/secret')}
              required={hooks === undefined}
              autoComplete="new-password"
              spellCheck={false}
              visibilityToggleButtonProps={{ 'aria-label': t('secret.show') }}
              value={secret}
              onChange={(event) => edits.set('secret', event.currentTarget.value)}
            />
            <Button variant="default" onClick={() => edits.set('secret', newHookSecret())}>
              {t('secret.make')}
            </Button>
          </Group>
        )}
        <Checkbox.Group
          label={t('hooks.on')}
          readOnly={readOnly}
          error={on.length === 0 ? t('hooks.onNone') : at('hooks/on')}
          value={[...on]}
          onChange={(value) =>
            edits.set(
              'on',
              EVENTS.filter((event) => value.includes(event)),
            )
          }
        >
          <Stack gap={8} mt={6}>
            {EVENTS.map((event) => (
              <Checkbox key={event} value={event} label={t(`hooks.events.${event}`)} description={t(`hooks.meanings.${event}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
        {hooks === undefined || readOnly ? null : (
          <Group>
            <Button variant="default" c="var(--bad-text)" size="xs" onClick={() => setRemoving(true)}>
              {t('hooks.remove')}
            </Button>
          </Group>
        )}
      </Stack>
      <SaveBar
        changed={edits.changed.length}
        invalid={invalid}
        saving={save.isPending}
        error={save.error}
        fields={['hooks/url', 'hooks/secret', 'hooks/on']}
        onReset={() => {
          save.reset();
          done();
        }}
      />
      <ConfirmAction
        opened={removing}
        onClose={() => setRemoving(false)}
        title={t('hooks.removeTitle')}
        confirm={t('hooks.remove')}
        dangerous
        action={() => remove.mutateAsync({ hooks: null })}
      >
        {t('hooks.removeText')}
      </ConfirmAction>
    </form>
  );
}

/** What comes there. */
function Example({ tenant }: { readonly tenant: string }) {
  const { t } = useTranslation('tenants');
  const installation = useSession()?.installation ?? '';
  const body = {
    type: 'vestnik.send.refused',
    timestamp: '2026-11-22T18:04:09.123Z',
    data: {
      from: `ivanov@${tenant}.${installation}`,
      to: `boss@warehouse.${installation}`,
      problem: 'recipient-refused',
      detail: 'the recipient does not accept this',
    },
  };
  return (
    <Paper p="md" component="section" aria-labelledby="hooks-example">
      <Title order={2} id="hooks-example">
        {t('hooks.example')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm" maw="72ch">
        {t('hooks.exampleLead')}
      </Text>
      <CodeBlock code={JSON.stringify(body, undefined, 2)} label={t('hooks.example')} />
    </Paper>
  );
}
