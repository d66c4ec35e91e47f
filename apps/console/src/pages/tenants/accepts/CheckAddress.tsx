import { Button, Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api, type Schema } from '../../../api/client.js';
import { useFormat } from '../../../format/useFormat.js';
import { FormProblem, fieldProblems } from '../../../parts/FormProblem.js';
import { Notice } from '../../../parts/Notice.js';
import { PathLink } from '../../../parts/PathLink.js';
import { withQuery } from '../../../parts/paths.js';
import type { Tenant } from '../tenant-queries.js';
import { type AcceptRule, isAddressPattern, USES, usesOf } from './accept-rule.js';
import { useRuleWords } from './useRuleWords.js';

type Step = Schema<'DiagnosisStep'>;

const ASKED = ['send', 'call', 'presence'] as const;
type Asked = (typeof ASKED)[number];

interface Props {
  readonly tenant: Tenant;
  /** Undefined: who looks may change nothing. */
  readonly onAdd: ((rule: AcceptRule) => void) | undefined;
}

/** Asks the bus itself which rule lets an address in. */
export function CheckAddress({ tenant, onAdd }: Props) {
  const { t } = useTranslation('tenants');
  const search = useSearch({ strict: false });
  const [from, setFrom] = useState(search.from ?? '');
  const [to, setTo] = useState('server');
  const [use, setUse] = useState<Asked>(() => ASKED.find((one) => usesOf(search.allow).includes(one)) ?? 'send');
  const check = useMutation({
    mutationFn: async () => {
      const query = { from, to: `${to.trim()}@${tenant.name}`, use };
      const { steps } = await answerOf(api.GET('/v1/diagnose', { params: { query } }));
      return { query, step: steps.find(({ step }) => step === 'to-accepts') ?? steps.find(({ verdict }) => verdict === 'fails') };
    },
  });
  const at = fieldProblems(check.error);
  return (
    <Paper p="md" component="section" aria-labelledby="accepts-check">
      <Title order={2} id="accepts-check">
        {t('check.title')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm" maw="72ch">
        {t('check.lead')}
      </Text>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (from.trim() !== '' && to.trim() !== '') check.mutate();
        }}
      >
        <Group gap="sm" align="flex-end">
          <TextInput
            flex="2 1 14rem"
            label={t('check.from')}
            placeholder="shop@crm.branch-7"
            error={at('from')}
            autoCapitalize="none"
            spellCheck={false}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <Select
            flex="1 1 9rem"
            label={t('check.use')}
            allowDeselect={false}
            data={ASKED.map((value) => ({ value, label: t(`accepts.uses.${value}`) }))}
            value={use}
            onChange={(value) => setUse(ASKED.find((one) => one === value) ?? 'send')}
          />
          <TextInput
            flex="1 1 10rem"
            label={t('check.to', { tenant: tenant.name })}
            error={at('to')}
            autoCapitalize="none"
            spellCheck={false}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={check.isPending} disabled={from.trim() === '' || to.trim() === ''}>
            {t('check.run')}
          </Button>
        </Group>
      </form>
      <Stack gap="xs" mt="sm" aria-live="polite">
        <FormProblem error={check.error} fields={['from', 'to']} />
        {check.data === undefined ? null : (
          <>
            <Verdict step={check.data.step} onAdd={onAdd} />
            <PathLink to={withQuery('/why', check.data.query)} size="sm">
              {t('check.whole')}
            </PathLink>
          </>
        )}
      </Stack>
    </Paper>
  );
}

function Verdict({ step, onAdd }: { readonly step: Step | undefined; readonly onAdd: Props['onAdd'] }) {
  const { t } = useTranslation('tenants');
  const words = useRuleWords();
  const format = useFormat();
  if (step === undefined) return <Notice tone="neutral">{t('check.unknown')}</Notice>;
  if (step.step !== 'to-accepts')
    return (
      <Notice tone="bad" title={t('check.notSoFar')}>
        {step.detail}
      </Notice>
    );
  const { rules, suggested, wide } = factsOf(step);
  if (step.verdict === 'ok') {
    return (
      <Notice tone="good" title={t('check.accepted')}>
        {rules.length === 0
          ? t('check.own')
          : rules.map((rule) => (
              <Text key={rule.from + rule.allow.join()} size="sm">
                {t('check.byRule', { from: rule.from, words: words(rule) })}
              </Text>
            ))}
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title={t('check.refused')}>
      <Text size="sm">
        {suggested === undefined
          ? step.detail
          : t('check.noRule', { from: suggested.from, uses: format.list(suggested.allow.map((use) => t(`accepts.uses.${use}`))) })}
      </Text>
      {onAdd === undefined || suggested === undefined ? null : (
        <Group gap="xs" mt="xs">
          <Button size="xs" onClick={() => onAdd(suggested)}>
            {t('check.add', { from: suggested.from })}
          </Button>
          {wide === undefined ? null : (
            <Button size="xs" variant="default" onClick={() => onAdd({ ...suggested, from: wide })}>
              {t('check.add', { from: wide })}
            </Button>
          )}
        </Group>
      )}
    </Notice>
  );
}

/** What the step found, as far as it is what it should be: facts may grow. */
function factsOf({ facts = {} }: Step): {
  readonly rules: readonly AcceptRule[];
  readonly suggested: AcceptRule | undefined;
  readonly wide: string | undefined;
} {
  const rules = Array.isArray(facts.rules) ? facts.rules.filter(isRule) : [];
  const wide = typeof facts.wide === 'string' && isAddressPattern(facts.wide) ? facts.wide : undefined;
  return { rules, suggested: isRule(facts.suggested) ? facts.suggested : undefined, wide };
}

function isRule(value: unknown): value is AcceptRule {
  const { from, allow } = (value ?? {}) as Partial<Record<keyof AcceptRule, unknown>>;
  return typeof from === 'string' && isAddressPattern(from) && Array.isArray(allow) && allow.every((use) => (USES as readonly unknown[]).includes(use));
}
