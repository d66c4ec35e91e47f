import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../../../api/problem-error.js';
import { useMay } from '../../../api/session.js';
import { ConfirmAction } from '../../../parts/ConfirmAction.js';
import type { Column } from '../../../parts/column.js';
import { ListTable } from '../../../parts/ListTable.js';
import { Notice } from '../../../parts/Notice.js';
import { RoleGate } from '../../../parts/RoleGate.js';
import { ToneBadge } from '../../../parts/StateBadge.js';
import { wholeList } from '../../../parts/useList.js';
import { type Tenant, useChangeTenant } from '../tenant-queries.js';
import { type AcceptRule, isAddressPattern, patternOf, sameRule, usesOf } from './accept-rule.js';
import { CheckAddress } from './CheckAddress.js';
import { ClientsMay } from './ClientsMay.js';
import { RuleEditor } from './RuleEditor.js';
import { useRuleWords } from './useRuleWords.js';

interface Row {
  readonly rule: AcceptRule;
  readonly place: number;
}

/** What is open above the table: a rule to be written, changed or taken away. */
type Open = { readonly kind: 'add'; readonly rule: AcceptRule } | { readonly kind: 'change' | 'remove'; readonly rule: AcceptRule };

const NOTHING: AcceptRule = { from: '', allow: ['send', 'call'] };

/** Who may write here from outside. */
export function AcceptsTab({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const [open, setOpen] = useState<Open>();
  const change = useChangeTenant(tenant.name, { done: t('accepts.saved'), onDone: () => setOpen(undefined) });
  const mayChange = useMay('operator');
  const rows = useMemo(() => tenant.accepts.map((rule, place): Row => ({ rule, place })), [tenant.accepts]);
  const columns = useColumns(mayChange ? setOpen : undefined);
  const start = (next: Open) => {
    change.reset();
    setOpen(next);
  };
  /** Into the list as it is now: somebody else may have changed it since it was shown. */
  const put = (rule: AcceptRule) =>
    change.mutateAsync((fresh) => {
      if (open?.kind !== 'change') return { accepts: [...fresh.accepts, rule] };
      const at = fresh.accepts.findIndex((one) => sameRule(one, open.rule));
      if (at < 0) throw new ProblemError('conflict', undefined, 409);
      return { accepts: fresh.accepts.with(at, rule) };
    });

  return (
    <Stack gap="xl">
      <Offered
        tenant={tenant}
        saving={change.isPending}
        onAdd={(rule) => change.mutateAsync((fresh) => ({ accepts: [...fresh.accepts, rule] }))}
        onEdit={(rule) => start({ kind: 'add', rule })}
      />
      <section aria-labelledby="accepts-rules">
        <Group justify="space-between" align="flex-start" gap="xs" mb="sm">
          <div style={{ flex: '1 1 16rem' }}>
            <Title order={2} id="accepts-rules">
              {t('accepts.title')}
            </Title>
            <Text size="sm" c="dimmed" maw="72ch">
              {t('accepts.lead')}
            </Text>
          </div>
          <RoleGate may="operator">
            <Button leftSection={<IconPlus size={16} />} onClick={() => start({ kind: 'add', rule: NOTHING })}>
              {t('accepts.add')}
            </Button>
          </RoleGate>
        </Group>
        <ListTable
          list={wholeList(rows)}
          columns={columns}
          rowKey={({ place }) => String(place)}
          label={t('accepts.title')}
          empty={{ title: t('accepts.none'), hint: t('accepts.noneHint') }}
        />
      </section>
      <CheckAddress tenant={tenant} onAdd={mayChange ? (rule) => start({ kind: 'add', rule }) : undefined} />
      <ClientsMay tenant={tenant} />

      <RuleEditor
        rule={open === undefined || open.kind === 'remove' ? undefined : open.rule}
        title={open?.kind === 'change' ? t('accepts.change') : t('accepts.add')}
        saving={change.isPending}
        error={change.error}
        // What went wrong is shown in the window.
        onSave={(rule) => void put(rule).catch(() => undefined)}
        onClose={() => setOpen(undefined)}
      />
      <Removing
        rule={open?.kind === 'remove' ? open.rule : undefined}
        onClose={() => setOpen(undefined)}
        remove={(rule) => change.mutateAsync((fresh) => ({ accepts: fresh.accepts.filter((one) => !sameRule(one, rule)) }))}
      />
    </Stack>
  );
}

function useColumns(onOpen: ((open: Open) => void) | undefined): readonly Column<Row>[] {
  const { t } = useTranslation('tenants');
  const words = useRuleWords();
  // The words come with the language alone, and so does `t`.
  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew at each rendering, and always the same
  return useMemo(
    () => [
      {
        id: 'from',
        header: t('accepts.from'),
        width: 190,
        cell: ({ rule }) => (
          <Text span ff="monospace" size="sm" fw={600}>
            {rule.from}
          </Text>
        ),
      },
      {
        id: 'allow',
        header: t('accepts.allow'),
        cell: ({ rule }) => (
          <Group gap={4}>
            {rule.allow.map((use) => (
              <ToneBadge key={use} tone="info">
                {t(`accepts.uses.${use}`)}
              </ToneBadge>
            ))}
          </Group>
        ),
      },
      { id: 'to', header: t('accepts.to'), cell: ({ rule }) => (rule.to === undefined ? t('accepts.toAll') : rule.to.join(', ')) },
      {
        id: 'words',
        header: t('accepts.inWords'),
        cell: ({ rule }) => (
          <Text size="sm" c="dimmed">
            {words(rule)}
          </Text>
        ),
      },
      ...(onOpen === undefined
        ? []
        : [
            {
              id: 'actions',
              header: t('actions'),
              align: 'end' as const,
              cell: ({ rule }: Row) => (
                <Group gap={4} justify="flex-end">
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={t('accepts.changeOf', { from: rule.from })}
                    onClick={() => onOpen({ kind: 'change', rule })}
                  >
                    {t('change')}
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="red"
                    c="var(--bad-text)"
                    aria-label={t('accepts.removeOf', { from: rule.from })}
                    onClick={() => onOpen({ kind: 'remove', rule })}
                  >
                    {t('remove')}
                  </Button>
                </Group>
              ),
            },
          ]),
    ],
    [t, onOpen],
  );
}

function Removing({
  rule,
  onClose,
  remove,
}: {
  readonly rule: AcceptRule | undefined;
  readonly onClose: () => void;
  readonly remove: (rule: AcceptRule) => Promise<unknown>;
}) {
  const { t } = useTranslation('tenants');
  const words = useRuleWords();
  return (
    <ConfirmAction
      opened={rule !== undefined}
      onClose={onClose}
      title={t('accepts.removeTitle')}
      confirm={t('remove')}
      dangerous
      action={async () => {
        if (rule !== undefined) await remove(rule);
      }}
    >
      {rule === undefined ? null : t('accepts.removeText', { words: words(rule) })}
    </ConfirmAction>
  );
}

interface OfferedProps {
  readonly tenant: Tenant;
  readonly saving: boolean;
  readonly onAdd: (rule: AcceptRule) => Promise<unknown>;
  readonly onEdit: (rule: AcceptRule) => void;
}

/** The rule that a link asks for: `?tab=accepts&from=shop@crm&allow=send`. */
function Offered({ tenant, saving, onAdd, onEdit }: OfferedProps) {
  const { t } = useTranslation('tenants');
  const words = useRuleWords();
  const navigate = useNavigate();
  const { from = '', allow } = useSearch({ strict: false });
  const rule: AcceptRule = { from: patternOf(from), allow: usesOf(allow) };
  const dismiss = () => void navigate({ to: '.', search: { tab: 'accepts' }, replace: true, resetScroll: false });
  if (from === '') return null;
  if (!isAddressPattern(rule.from)) return <Notice tone="warning">{t('accepts.offeredWrong', { address: from })}</Notice>;
  if (tenant.accepts.some((one) => sameRule(one, rule))) return <Notice tone="good">{t('accepts.offeredThere', { words: words(rule) })}</Notice>;
  return (
    <Notice tone="info" title={t('accepts.offered', { from: rule.from })}>
      <Text size="sm" mb="xs">
        {words(rule)}
      </Text>
      <RoleGate may="operator" otherwise={t('accepts.offeredAsk')}>
        <Group gap="xs">
          {/* What went wrong is shown by the window of the rule: it opens with it. */}
          <Button size="xs" loading={saving} onClick={() => void onAdd(rule).catch(() => onEdit(rule))}>
            {t('accepts.offeredAdd')}
          </Button>
          <Button size="xs" variant="default" onClick={() => onEdit(rule)}>
            {t('accepts.offeredEdit')}
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={dismiss}>
            {t('accepts.offeredDismiss')}
          </Button>
        </Group>
      </RoleGate>
    </Notice>
  );
}
