import { ActionIcon, Button, Group, Paper, Stack, Text, TextInput, Title, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus } from '@tabler/icons-react';
import { patternCovers } from '@vestnik/protocol/topic-pattern';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../../../api/problem-error.js';
import { useMay } from '../../../api/session.js';
import type { Column } from '../../../parts/column.js';
import { ListTable } from '../../../parts/ListTable.js';
import { Notice } from '../../../parts/Notice.js';
import { ToneBadge } from '../../../parts/StateBadge.js';
import { wholeList } from '../../../parts/useList.js';
import { SaveBar } from '../SaveBar.js';
import { type Tenant, useChangeTenant } from '../tenant-queries.js';
import { UnsavedGuard } from '../UnsavedGuard.js';
import { useEdits } from '../useEdits.js';
import { TopicRuleEditor } from './TopicRuleEditor.js';
import { isShadowed, moved, rulingPlace, type TopicRule, topicOf } from './topic-rule.js';
import { useMayWords } from './useMayWords.js';

interface Row {
  readonly rule: TopicRule;
  readonly place: number;
}

/** Which rule is open; `at` is undefined for a new one. */
interface Open {
  readonly at: number | undefined;
  readonly rule: TopicRule;
}

const NEW: TopicRule = { pattern: '', subscribe: 'clients', publish: 'backend' };

/** Who may subscribe to which topics, and write to them. The order counts: all changes are saved at once. */
export function TopicRulesTab({ tenant }: { readonly tenant: Tenant }) {
  const { t } = useTranslation('tenants');
  const mayChange = useMay('operator');
  const edits = useEdits({ topics: tenant.topics });
  const save = useChangeTenant(tenant.name, { done: t('topicRules.saved'), onDone: edits.reset });
  const [open, setOpen] = useState<Open>();
  const [base, setBase] = useState('');
  const rules = edits.values.topics;
  const write = (next: TopicRule[]) => {
    save.reset();
    if (edits.changed.length === 0) setBase(JSON.stringify(tenant.topics));
    edits.set('topics', next);
  };
  const columns = useColumns(rules, mayChange ? { write, open: setOpen } : undefined);
  const rows = useMemo(() => rules.map((rule, place): Row => ({ rule, place })), [rules]);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate((fresh) => {
          // The list is replaced whole: what somebody else has changed in it meanwhile is not to be lost.
          if (JSON.stringify(fresh.topics) !== base) throw new ProblemError('conflict', t('topicRules.changedMeanwhile'), 409);
          return { topics: rules };
        });
      }}
    >
      <UnsavedGuard unsaved={edits.changed.length > 0} />
      <Stack gap="xl">
        <section aria-labelledby="topic-rules">
          <Group justify="space-between" align="flex-start" gap="xs" mb="sm">
            <div style={{ flex: '1 1 16rem' }}>
              <Title order={2} id="topic-rules">
                {t('topicRules.title')}
              </Title>
              <Text size="sm" c="dimmed" maw="72ch">
                {t('topicRules.lead')}
              </Text>
            </div>
            {mayChange ? (
              <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ at: undefined, rule: NEW })}>
                {t('topicRules.add')}
              </Button>
            ) : null}
          </Group>
          <ListTable
            list={wholeList(rows)}
            columns={columns}
            rowKey={({ place }) => String(place)}
            label={t('topicRules.title')}
            empty={{ title: t('topicRules.none'), hint: t('topicRules.noneHint') }}
          />
        </section>
        <TryTopic rules={rules} />
      </Stack>
      <SaveBar changed={edits.changed.length} saving={save.isPending} error={save.error} fields={[]} onReset={edits.reset} />
      <TopicRuleEditor
        rule={open?.rule}
        title={t(open?.at === undefined ? 'topicRules.add' : 'topicRules.change')}
        onClose={() => setOpen(undefined)}
        onSave={(rule) => {
          write(open?.at === undefined ? [...rules, rule] : rules.with(open.at, rule));
          setOpen(undefined);
        }}
      />
    </form>
  );
}

interface Changing {
  readonly write: (rules: TopicRule[]) => void;
  readonly open: (open: Open) => void;
}

function useColumns(rules: readonly TopicRule[], changing: Changing | undefined): readonly Column<Row>[] {
  const { t } = useTranslation('tenants');
  const may = useMayWords();
  return [
    { id: 'place', header: t('topicRules.place'), align: 'end', width: 60, narrow: 'bare', cell: ({ place }) => place + 1 },
    {
      id: 'pattern',
      header: t('topicRules.pattern'),
      narrow: 'title',
      cell: ({ rule, place }) => (
        <Group gap="xs">
          <Text span ff="monospace" size="sm" fw={600}>
            {rule.pattern}
          </Text>
          {isShadowed(rules, place, patternCovers) ? (
            <ToneBadge tone="warning" title={t('topicRules.shadowedHint')}>
              {t('topicRules.shadowed')}
            </ToneBadge>
          ) : null}
        </Group>
      ),
    },
    { id: 'subscribe', header: t('topicRules.subscribe'), cell: ({ rule }) => may(rule.subscribe) },
    { id: 'publish', header: t('topicRules.publish'), cell: ({ rule }) => may(rule.publish) },
    ...(changing === undefined
      ? []
      : [
          {
            id: 'actions',
            header: t('actions'),
            align: 'end' as const,
            cell: ({ rule, place }: Row) => (
              <Group gap={2} justify="flex-end">
                <Move label={t('topicRules.up', { pattern: rule.pattern })} disabled={place === 0} onClick={() => changing.write(moved(rules, place, -1))}>
                  <IconArrowUp size={16} />
                </Move>
                <Move
                  label={t('topicRules.down', { pattern: rule.pattern })}
                  disabled={place === rules.length - 1}
                  onClick={() => changing.write(moved(rules, place, 1))}
                >
                  <IconArrowDown size={16} />
                </Move>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  aria-label={t('topicRules.changeOf', { pattern: rule.pattern })}
                  onClick={() => changing.open({ at: place, rule })}
                >
                  {t('change')}
                </Button>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  c="var(--bad-text)"
                  aria-label={t('topicRules.removeOf', { pattern: rule.pattern })}
                  onClick={() => changing.write(rules.filter((_, at) => at !== place))}
                >
                  {t('remove')}
                </Button>
              </Group>
            ),
          },
        ]),
  ];
}

function Move({
  label,
  disabled,
  onClick,
  children,
}: {
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

/** Says which rule a topic meets, of the rules as they stand on the page. */
function TryTopic({ rules }: { readonly rules: readonly TopicRule[] }) {
  const { t } = useTranslation('tenants');
  const may = useMayWords();
  const [text, setText] = useState('');
  const topic = topicOf(text);
  const place = topic === undefined ? undefined : rulingPlace(rules, topic);
  const rule = place === undefined ? undefined : rules[place];
  return (
    <Paper p="md" component="section" aria-labelledby="topic-try">
      <Title order={2} id="topic-try" mb="xs">
        {t('topicRules.try')}
      </Title>
      <TextInput
        maw={420}
        label={t('topicRules.topic')}
        placeholder="orders/eu"
        spellCheck={false}
        autoCapitalize="none"
        error={text !== '' && topic === undefined ? t('topicRules.topicWrong') : undefined}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        // Within the form that saves the rules.
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.preventDefault();
        }}
      />
      <div aria-live="polite" style={{ marginTop: 12 }}>
        {topic === undefined ? null : rule === undefined || place === undefined ? (
          <Notice tone="info" title={t('topicRules.noRule')}>
            {t('topicRules.noRuleText')}
          </Notice>
        ) : (
          <Notice tone="info" title={t('topicRules.rules', { place: place + 1, pattern: rule.pattern })}>
            {t('topicRules.rulesText', { subscribe: may(rule.subscribe), publish: may(rule.publish) })}
          </Notice>
        )}
      </div>
    </Paper>
  );
}
