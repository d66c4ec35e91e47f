import { Anchor, Group, Input, NumberInput, Paper, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../api/session.js';
import { useFormat } from '../../../format/useFormat.js';
import { fieldProblems } from '../../../parts/FormProblem.js';
import { Notice } from '../../../parts/Notice.js';
import { SaveBar } from '../SaveBar.js';
import { type Tenant, useChangeTenant } from '../tenant-queries.js';
import { UnsavedGuard } from '../UnsavedGuard.js';
import { type Edits, useEdits } from '../useEdits.js';
import styles from './SettingsTab.module.css';
import {
  DEFAULTS,
  fieldsOf,
  isMissing,
  isRateLimit,
  isShared,
  patchOf,
  problemPathOf,
  RATE_LIMITS,
  type SettingFields,
  type SettingName,
} from './setting-fields.js';
import { UnitInput } from './UnitInput.js';
import { DURATIONS, SIZES, type Unit } from './units.js';
import { useSizeText } from './useSizeText.js';

const GROUPS = [
  { name: 'about', settings: ['title'] },
  { name: 'messages', settings: ['ttl', 'ttlMax', 'retention', 'unknownClients'] },
  { name: 'limits', settings: ['maxDataBytes', 'maxInbox', 'webhookAttempts'] },
  { name: 'rates', settings: RATE_LIMITS },
] as const satisfies readonly { name: string; settings: readonly SettingName[] }[];

const UNITS: Partial<Record<SettingName, readonly Unit[]>> = { ttl: DURATIONS, ttlMax: DURATIONS, retention: DURATIONS, maxDataBytes: SIZES };

/** Every setting of a tenant that has no tab of its own, with what it means and what it is by default. */
export function SettingsTab({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const edits = useEdits(fieldsOf(tenant));
  const save = useChangeTenant(tenant.name, { done: t('settings.saved'), onDone: edits.reset });
  const at = fieldProblems(save.error);
  const whole = useMay('operator', { whole: true });
  const operator = useMay('operator');
  const missing = edits.changed.some((name) => isMissing(name, edits.values[name]));

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing && edits.changed.length > 0) save.mutate(patchOf(edits.values, edits.changed));
      }}
    >
      <UnsavedGuard unsaved={edits.changed.length > 0} />
      <Stack gap="lg">
        {operator && !whole ? <Notice tone="info">{t('settings.sharedNote')}</Notice> : null}
        {GROUPS.map((group) => (
          <Paper key={group.name} p="md" component="section" aria-labelledby={`group-${group.name}`}>
            <Title order={2} id={`group-${group.name}`}>
              {t(`settings.groups.${group.name}`)}
            </Title>
            <Text size="sm" c="dimmed" mb="md" maw="72ch">
              {t(`settings.groups.${group.name}Lead`)}
            </Text>
            <div className={styles.fields}>
              {group.settings.map((name) => (
                <Setting
                  key={name}
                  name={name}
                  edits={edits}
                  readOnly={!operator || (isShared(name) && !whole)}
                  error={isMissing(name, edits.values[name]) ? t('settings.missing') : at(problemPathOf(name))}
                />
              ))}
            </div>
          </Paper>
        ))}
      </Stack>
      <SaveBar
        changed={edits.changed.length}
        invalid={missing}
        saving={save.isPending}
        error={save.error}
        fields={GROUPS.flatMap(({ settings }) => settings.map(problemPathOf))}
        onReset={() => {
          edits.reset();
          save.reset();
        }}
      />
    </form>
  );
}

interface SettingProps {
  readonly name: SettingName;
  readonly edits: Edits<SettingFields>;
  readonly readOnly: boolean;
  readonly error: string | undefined;
}

function Setting({ name, edits, readOnly, error }: SettingProps) {
  return (
    <div>
      <Control name={name} edits={edits} readOnly={readOnly} error={error} />
      <Default name={name} edits={edits} readOnly={readOnly} />
    </div>
  );
}

function Control({ name, edits: { values, set }, readOnly, error }: SettingProps): ReactNode {
  const { t } = useTranslation('tenants');
  const common = { id: `setting-${name}`, label: t(`settings.names.${name}`), description: t(`settings.meanings.${name}`), error, readOnly };
  const units = UNITS[name];
  if (name === 'title') {
    return <TextInput {...common} maxLength={128} value={values.title} onChange={(event) => set('title', event.currentTarget.value)} />;
  }
  if (name === 'unknownClients') {
    return (
      <Input.Wrapper id={common.id} label={common.label} description={common.description} error={error} labelElement="div">
        <SegmentedControl
          mt={4}
          aria-label={common.label}
          readOnly={readOnly}
          data={(['accept', 'refuse'] as const).map((value) => ({ value, label: t(`settings.unknownClients.${value}`) }))}
          value={values.unknownClients}
          onChange={(value) => set('unknownClients', value)}
        />
      </Input.Wrapper>
    );
  }
  if (units !== undefined) return <UnitInput {...common} units={units} value={values[name] as number | undefined} onChange={(value) => set(name, value)} />;
  return (
    <NumberInput
      {...common}
      hideControls
      allowNegative={false}
      allowDecimal={isRateLimit(name)}
      thousandSeparator=" "
      placeholder={isRateLimit(name) ? t('settings.notLimited') : undefined}
      suffix={isRateLimit(name) ? ` ${t('settings.perSecond')}` : undefined}
      value={values[name] ?? ''}
      onChange={(value) => set(name, typeof value === 'number' ? value : undefined)}
    />
  );
}

/** What holds by default, and the way back to it. */
function Default({ name, edits: { values, set }, readOnly }: Omit<SettingProps, 'error'>) {
  const { t } = useTranslation('tenants');
  const text = useDefaultText()(name);
  const isDefault = values[name] === DEFAULTS[name];
  return (
    <Group gap={8} mt={4}>
      <Text size="xs" c="dimmed">
        {t(isDefault ? 'settings.isDefault' : 'settings.default', { value: text })}
      </Text>
      {isDefault || readOnly ? null : (
        <Anchor
          component="button"
          type="button"
          size="xs"
          aria-label={t('settings.backOf', { name: t(`settings.names.${name}`) })}
          onClick={() => set(name, DEFAULTS[name] as never)}
        >
          {t('settings.back')}
        </Anchor>
      )}
    </Group>
  );
}

function useDefaultText(): (name: SettingName) => string {
  const { t } = useTranslation('tenants');
  const format = useFormat();
  const size = useSizeText();
  return (name) => {
    const value = DEFAULTS[name];
    const units = UNITS[name];
    if (name === 'title') return t('settings.noTitle');
    if (name === 'unknownClients') return t(`settings.unknownClients.${DEFAULTS.unknownClients}`);
    if (typeof value !== 'number') return t('settings.notLimited');
    if (units === DURATIONS) return format.duration(value * 1_000);
    return units === SIZES ? size(value) : format.number(value);
  };
}
