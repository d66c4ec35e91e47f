import { Button, Group, Modal, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isClientName, isTopicPattern, type MayUse, type TopicRule } from './topic-rule.js';

interface Props {
  /** Undefined: the window is closed. */
  readonly rule: TopicRule | undefined;
  readonly title: string;
  readonly onSave: (rule: TopicRule) => void;
  readonly onClose: () => void;
}

/** One rule, taken over into the list; the list is saved elsewhere. */
export function TopicRuleEditor({ rule, title, onSave, onClose }: Props) {
  return (
    <Modal opened={rule !== undefined} onClose={onClose} title={title}>
      {rule === undefined ? null : <Form rule={rule} onSave={onSave} onClose={onClose} />}
    </Modal>
  );
}

function Form({ rule, onSave, onClose }: Pick<Props, 'onSave' | 'onClose'> & { readonly rule: TopicRule }) {
  const { t } = useTranslation('tenants');
  const [pattern, setPattern] = useState(rule.pattern);
  const [subscribe, setSubscribe] = useState(rule.subscribe);
  const [publish, setPublish] = useState(rule.publish);
  const right = (may: MayUse) => typeof may === 'string' || may.every(isClientName);
  const ready = isTopicPattern(pattern) && right(subscribe) && right(publish);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // A window is a child of the page's form for React, though not in the document.
        event.stopPropagation();
        if (ready) onSave({ pattern, subscribe, publish });
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('topicRules.pattern')}
          description={t('topicRules.patternHint')}
          placeholder="orders/#"
          error={pattern !== '' && !isTopicPattern(pattern) ? t('topicRules.patternWrong') : undefined}
          required
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          value={pattern}
          onChange={(event) => setPattern(event.currentTarget.value)}
        />
        <MayInput label={t('topicRules.subscribe')} value={subscribe} onChange={setSubscribe} />
        <MayInput label={t('topicRules.publish')} value={publish} onChange={setPublish} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" disabled={!ready}>
            {t('topicRules.take')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function MayInput({ label, value, onChange }: { readonly label: string; readonly value: MayUse; readonly onChange: (value: MayUse) => void }) {
  const { t } = useTranslation('tenants');
  const wrong = typeof value === 'string' ? undefined : value.find((name) => !isClientName(name));
  return (
    <Stack gap={6}>
      <Select
        label={label}
        allowDeselect={false}
        data={(['clients', 'backend', 'some'] as const).map((one) => ({ value: one, label: t(`topicRules.may.${one}`) }))}
        value={typeof value === 'string' ? value : 'some'}
        onChange={(next) => onChange(next === 'clients' || next === 'backend' ? next : [])}
      />
      {typeof value === 'string' ? null : (
        <TagsInput
          aria-label={t('topicRules.namesOf', { name: label })}
          placeholder={value.length === 0 ? t('topicRules.namesHint') : undefined}
          error={wrong === undefined ? undefined : t('topicRules.nameWrong', { name: wrong })}
          splitChars={[',', ';']}
          acceptValueOnBlur
          value={value}
          onChange={onChange}
        />
      )}
    </Stack>
  );
}
