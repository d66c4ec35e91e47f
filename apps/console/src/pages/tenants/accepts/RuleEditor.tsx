import { Button, Checkbox, Group, Modal, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../../parts/FormProblem.js';
import { type AcceptRule, isAddressPattern, isOwnAddress, USES, type Use } from './accept-rule.js';
import { useRuleWords } from './useRuleWords.js';

interface Props {
  /** Undefined: the window is closed. */
  readonly rule: AcceptRule | undefined;
  readonly title: string;
  readonly saving: boolean;
  readonly error: unknown;
  readonly onSave: (rule: AcceptRule) => void;
  readonly onClose: () => void;
}

/** A rule to be written, with what it will let through in words. */
export function RuleEditor(props: Props) {
  return (
    <Modal opened={props.rule !== undefined} onClose={props.onClose} title={props.title} size="lg">
      {props.rule === undefined ? null : <Form {...props} rule={props.rule} />}
    </Modal>
  );
}

function Form({ rule, saving, error, onSave, onClose }: Props & { readonly rule: AcceptRule }) {
  const { t } = useTranslation('tenants');
  const words = useRuleWords();
  const [from, setFrom] = useState(rule.from);
  const [allow, setAllow] = useState<readonly Use[]>(rule.allow);
  const [to, setTo] = useState<string[]>(rule.to ?? []);
  const foreign = to.find((one) => !isOwnAddress(one));
  const written: AcceptRule = { from, allow: USES.filter((use) => allow.includes(use)), ...(to.length === 0 ? {} : { to }) };
  const ready = isAddressPattern(from) && allow.length > 0 && foreign === undefined;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !saving) onSave(written);
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('accepts.from')}
          description={t('accepts.fromHint')}
          error={from !== '' && !isAddressPattern(from) ? t('accepts.fromWrong') : undefined}
          placeholder="*@sales"
          required
          data-autofocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value.trim())}
        />
        <Checkbox.Group
          label={t('accepts.allow')}
          value={[...allow]}
          onChange={(value) => setAllow(USES.filter((use) => value.includes(use)))}
          error={allow.length === 0 ? t('accepts.allowNone') : undefined}
        >
          <Stack gap={8} mt={6}>
            {USES.map((use) => (
              <Checkbox key={use} value={use} label={t(`accepts.uses.${use}`)} description={t(`accepts.meanings.${use}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
        <TagsInput
          label={t('accepts.to')}
          description={t('accepts.toHint')}
          placeholder={to.length === 0 ? t('accepts.toAll') : undefined}
          error={foreign === undefined ? undefined : t('accepts.toWrong', { address: foreign })}
          splitChars={[',', ';']}
          acceptValueOnBlur
          value={to}
          onChange={setTo}
        />
        {ready ? (
          <Text size="sm" role="status">
            {words(written)}
          </Text>
        ) : null}
        <FormProblem error={error} fields={[]} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={saving}>
            {t('common:parts.cancel')}
          </Button>
          <Button type="submit" loading={saving} disabled={!ready}>
            {t('common:parts.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
