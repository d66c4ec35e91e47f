import { Button, Group, Stack, Text, Textarea, TextInput, UnstyledButton } from '@mantine/core';
import { IconArrowBackUp, IconMailForward, IconTrash } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormProblem, fieldProblems } from '../../parts/FormProblem.js';
import { HexView } from '../../parts/HexView.js';
import type { Letter } from './dead-letter-queries.js';
import { type JsonFault, jsonFault } from './json-fault.js';
import styles from './LetterEditor.module.css';
import type { LetterChange, LetterData } from './letter-data.js';

interface Props {
  readonly letter: Letter;
  readonly data: LetterData;
  readonly error: unknown;
  readonly sending: boolean;
  readonly onSend: (change: LetterChange) => void;
  readonly onDiscard: () => void;
}

const FIELDS = ['type', 'data'] as const;

/** Changes a dead letter before it is sent again. What stands in the field is what is sent, digit for digit. */
export function LetterEditor({ letter, data, error, sending, onSend, onDiscard }: Props) {
  const { t } = useTranslation('dead-letters');
  const original = data.kind === 'json' ? data.text : undefined;
  const [type, setType] = useState(letter.type);
  const [text, setText] = useState(original ?? '');
  const field = useRef<HTMLTextAreaElement>(null);
  const fault = useMemo(() => (original === undefined ? undefined : jsonFault(text)), [original, text]);
  const newType = type.trim() === letter.type ? undefined : type.trim();
  const newData = original === undefined || text === original ? undefined : text;
  const changed = newType !== undefined || newData !== undefined;
  const at = fieldProblems(error);
  const show = ({ offset }: JsonFault) => {
    field.current?.focus();
    field.current?.setSelectionRange(offset, offset + 1);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (fault === undefined && !sending) onSend({ type: newType, data: newData });
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('edit.type')}
          value={type}
          onChange={(event) => setType(event.currentTarget.value)}
          error={at('type')}
          spellCheck={false}
          required
          withAsterisk={false}
        />
        {data.kind === 'binary' ? (
          <div>
            <Text size="sm" fw={500} mb={4}>
              {t('edit.binary', { contentType: data.contentType })}
            </Text>
            <HexView base64={data.base64} label={t('edit.data')} />
          </div>
        ) : (
          <div>
            <Textarea
              ref={field}
              label={t('edit.data')}
              description={t('edit.dataHint')}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              error={fault === undefined ? at('data') : true}
              aria-describedby="fault-of-data"
              spellCheck={false}
              autosize
              minRows={6}
              maxRows={22}
              classNames={{ input: styles.text }}
            />
            <div id="fault-of-data" role="status">
              {fault === undefined ? null : (
                <UnstyledButton className={styles.fault} onClick={() => show(fault)}>
                  {t('fault.at', { line: fault.line, column: fault.column })}: {t(`fault.${fault.expected}`)}
                </UnstyledButton>
              )}
            </div>
          </div>
        )}
        <FormProblem error={error} fields={FIELDS} />
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Button type="submit" size="sm" leftSection={<IconMailForward size={16} />} loading={sending} disabled={fault !== undefined || type.trim() === ''}>
              {t(changed ? 'edit.send' : 'replay.one')}
            </Button>
            <Button
              size="sm"
              variant="default"
              leftSection={<IconArrowBackUp size={16} />}
              disabled={!changed}
              onClick={() => {
                setType(letter.type);
                setText(original ?? '');
              }}
            >
              {t('edit.reset')}
            </Button>
          </Group>
          <Button size="sm" variant="subtle" color="gray" leftSection={<IconTrash size={16} />} onClick={onDiscard}>
            {t('discard.one')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
