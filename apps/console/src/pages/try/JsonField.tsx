import { Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { readJson } from './draft.js';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly rows?: number;
}

/** JSON that is typed; says at once where it is none. */
export function JsonField({ label, value, onChange, rows = 5 }: Props) {
  const { t } = useTranslation('try');
  const read = readJson(value);
  return (
    <Textarea
      label={label}
      size="sm"
      autosize
      minRows={rows}
      maxRows={16}
      value={value}
      error={read.kind === 'wrong' ? t('notJson', { why: read.why }) : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
      spellCheck={false}
      autoComplete="off"
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  );
}
