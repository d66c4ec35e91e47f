import { Button, Checkbox, FileButton, Group, Paper, PasswordInput, Stack, Switch, TagsInput, Text, Textarea, TextInput, Title } from '@mantine/core';
import { IconFileUpload, IconKey } from '@tabler/icons-react';
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
import { UnsavedGuard } from '../UnsavedGuard.js';
import { type Edits, useEdits } from '../useEdits.js';
import { Origins } from './Origins.js';
import { signingCode } from './signing-code.js';
import { ALGORITHMS, newSecret, readJwks, type TokenFields, tokenFieldsOf, tokenPatchOf } from './token-fields.js';

/** A JWKS document has a few keys: more than this is another file. */
const JWKS_BYTES_MAX = 256 * 1_024;

/** How the tenant's backends sign tokens for its clients, and from which web pages clients may connect. */
export function TokensTab({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const mayChange = useMay('operator');
  const [setting, setSetting] = useState(false);
  const on = tenant.jwt !== undefined;
  return (
    <Stack gap="lg">
      <Paper p="md" component="section" aria-labelledby="tokens-jwt">
        <Title order={2} id="tokens-jwt">
          {t('tokens.title')}
        </Title>
        <Text size="sm" c="dimmed" mb="md" maw="72ch">
          {t('tokens.lead')}
        </Text>
        {on || setting ? (
          <SigningForm tenant={tenant} readOnly={!mayChange} onDone={() => setSetting(false)} />
        ) : (
          <EmptyState
            icon={<IconKey size={34} stroke={1.4} />}
            title={t('tokens.none')}
            hint={t('tokens.noneHint')}
            action={
              <RoleGate may="operator">
                <Button variant="default" onClick={() => setSetting(true)}>
                  {t('tokens.setUp')}
                </Button>
              </RoleGate>
            }
          />
        )}
      </Paper>
      {on ? <Example tenant={tenant} /> : null}
      <Origins tenant={tenant} />
    </Stack>
  );
}

function SigningForm({ tenant, readOnly, onDone }: { readonly tenant: Tenant; readonly readOnly: boolean; readonly onDone: () => void }) {
  const { t } = useTranslation('tenants');
  const edits = useEdits(tokenFieldsOf(tenant));
  const [removing, setRemoving] = useState(false);
  const done = () => {
    edits.reset();
    onDone();
  };
  const save = useChangeTenant(tenant.name, { done: t('settings.saved'), onDone: done });
  const remove = useChangeTenant(tenant.name, { done: t('tokens.removed'), onDone: done });
  const at = fieldProblems(save.error);
  const { values, set } = edits;
  const byKeys = values.algorithms.some((algorithm) => algorithm !== 'HS256');
  const jwksWrong = values.jwks !== '' && readJwks(values.jwks) === undefined;

  return (
    <form
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!jwksWrong) save.mutate({ jwt: tokenPatchOf(values, edits.changed) });
      }}
    >
      <UnsavedGuard unsaved={edits.changed.length > 0} />
      <Stack gap="md" maw={640}>
        <Checkbox.Group
          label={t('tokens.algorithms')}
          description={t('tokens.algorithmsHint')}
          error={at('jwt/algorithms')}
          readOnly={readOnly}
          value={[...values.algorithms]}
          onChange={(value) =>
            set(
              'algorithms',
              ALGORITHMS.filter((algorithm) => value.includes(algorithm)),
            )
          }
        >
          <Group gap="lg" mt={6}>
            {ALGORITHMS.map((algorithm) => (
              <Checkbox key={algorithm} value={algorithm} label={algorithm} />
            ))}
          </Group>
        </Checkbox.Group>
        {values.algorithms.includes('HS256') ? (
          <Secret edits={edits} stored={tenant.jwt?.hasSecret ?? false} readOnly={readOnly} error={at('jwt/secret')} />
        ) : null}
        {byKeys ? <Keys edits={edits} tenant={tenant} readOnly={readOnly} at={at} wrong={jwksWrong} /> : null}
        <TagsInput
          label={t('tokens.keyIds')}
          description={t('tokens.keyIdsHint')}
          error={at('jwt/keyIds')}
          readOnly={readOnly}
          splitChars={[',', ';']}
          acceptValueOnBlur
          value={[...values.keyIds]}
          onChange={(value) => set('keyIds', value)}
        />
        <Switch
          label={t('tokens.bareAudience')}
          description={t('tokens.bareAudienceHint', { tenant: tenant.name })}
          disabled={readOnly}
          checked={values.bareAudience}
          onChange={(event) => set('bareAudience', event.currentTarget.checked)}
        />
        {tenant.jwt === undefined || readOnly ? null : (
          <Group>
            <Button variant="default" c="var(--bad-text)" size="xs" onClick={() => setRemoving(true)}>
              {t('tokens.remove')}
            </Button>
          </Group>
        )}
      </Stack>
      <SaveBar
        changed={edits.changed.length}
        invalid={jwksWrong}
        saving={save.isPending}
        error={save.error}
        fields={['jwt/algorithms', 'jwt/secret', 'jwt/keyIds', 'jwt/jwks', 'jwt/jwksUrl']}
        onReset={() => {
          save.reset();
          done();
        }}
      />
      <ConfirmAction
        opened={removing}
        onClose={() => setRemoving(false)}
        title={t('tokens.removeTitle')}
        confirm={t('tokens.remove')}
        dangerous
        action={() => remove.mutateAsync({ jwt: null })}
      >
        {t('tokens.removeText')}
      </ConfirmAction>
    </form>
  );
}

interface SecretProps {
  readonly edits: Edits<TokenFields>;
  readonly stored: boolean;
  readonly readOnly: boolean;
  readonly error: string | undefined;
}

function Secret({ edits: { values, set }, stored, readOnly, error }: SecretProps) {
  const { t } = useTranslation('tenants');
  const label = t('tokens.secret');
  if (readOnly) return <TextInput label={label} readOnly value={t(stored ? 'secret.stored' : 'secret.none')} />;
  return (
    <Group gap="xs" align="flex-end">
      <PasswordInput
        flex={1}
        label={label}
        description={t('tokens.secretHint')}
        placeholder={stored ? t('secret.keep') : undefined}
        error={error}
        autoComplete="new-password"
        spellCheck={false}
        visibilityToggleButtonProps={{ 'aria-label': t('secret.show') }}
        value={values.secret}
        onChange={(event) => set('secret', event.currentTarget.value)}
      />
      <Button variant="default" onClick={() => set('secret', newSecret())}>
        {t('secret.make')}
      </Button>
    </Group>
  );
}

interface KeysProps {
  readonly edits: Edits<TokenFields>;
  readonly tenant: Tenant;
  readonly readOnly: boolean;
  readonly at: (path: string) => string | undefined;
  readonly wrong: boolean;
}

/** The public keys: fetched from a URL, or written here. */
function Keys({ edits: { values, set }, tenant: { jwt }, readOnly, at, wrong }: KeysProps) {
  const { t } = useTranslation('tenants');
  const [tooLarge, setTooLarge] = useState(false);
  const read = async (file: File | null) => {
    setTooLarge(file !== null && file.size > JWKS_BYTES_MAX);
    if (file !== null && file.size <= JWKS_BYTES_MAX) set('jwks', await file.text());
  };
  const jwksError = tooLarge ? t('tokens.jwksTooLarge') : wrong ? t('tokens.jwksWrong') : at('jwt/jwks');
  return (
    <>
      <TextInput
        type="url"
        label={t('tokens.jwksUrl')}
        description={t('tokens.jwksUrlHint')}
        placeholder="https://login.example.com/.well-known/jwks.json"
        error={at('jwt/jwksUrl')}
        readOnly={readOnly}
        spellCheck={false}
        value={values.jwksUrl}
        onChange={(event) => set('jwksUrl', event.currentTarget.value.trim())}
      />
      {readOnly ? (
        <TextInput label={t('tokens.jwks')} readOnly value={t(jwt?.hasJwks === true ? 'secret.stored' : 'secret.none')} />
      ) : (
        <div>
          <Textarea
            label={t('tokens.jwks')}
            description={t('tokens.jwksHint')}
            placeholder={jwt?.hasJwks === true ? t('secret.keep') : '{"keys": [{"kty": "EC", "crv": "P-256", "kid": "…", "x": "…", "y": "…"}]}'}
            error={jwksError}
            autosize
            minRows={3}
            maxRows={12}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            value={values.jwks}
            onChange={(event) => set('jwks', event.currentTarget.value)}
          />
          <Group gap="xs" mt={6}>
            <FileButton accept=".json,application/json" onChange={(file) => void read(file)}>
              {(props) => (
                <Button {...props} size="xs" variant="default" leftSection={<IconFileUpload size={15} />}>
                  {t('tokens.jwksFile')}
                </Button>
              )}
            </FileButton>
          </Group>
        </div>
      )}
    </>
  );
}

/** What a backend writes to sign one. */
function Example({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const installation = useSession()?.installation ?? '';
  const code = signingCode({ tenant: tenant.name, installation, algorithms: tenant.jwt?.algorithms ?? [], keyId: tenant.jwt?.keyIds[0] });
  return (
    <Paper p="md" component="section" aria-labelledby="tokens-example">
      <Title order={2} id="tokens-example">
        {t('tokens.example')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm" maw="72ch">
        {t('tokens.exampleLead', { audience: `${tenant.name}.${installation}` })}
      </Text>
      <CodeBlock code={code} label={t('tokens.example')} />
    </Paper>
  );
}
