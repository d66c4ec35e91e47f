import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../parts/FormProblem.js';
import styles from './SaveBar.module.css';

interface Props {
  /** How many fields were changed; with none nothing is shown. */
  readonly changed: number;
  /** A field is not right yet. */
  readonly invalid?: boolean;
  readonly saving: boolean;
  readonly error: unknown;
  /** Fields that show their own problems. */
  readonly fields: readonly string[];
  readonly onReset: () => void;
}

/** What is not saved yet, at the lower edge of the window; within the form that it saves. */
export function SaveBar({ changed, invalid = false, saving, error, fields, onReset }: Props) {
  const { t } = useTranslation('tenants');
  if (changed === 0) return null;
  return (
    <Paper className={styles.bar} component="section" aria-label={t('save.label')}>
      <Stack gap="xs">
        <FormProblem error={error} fields={fields} />
        <Group justify="space-between" gap="xs">
          <Text size="sm" role="status">
            {t('save.changed', { count: changed })}
          </Text>
          <Group gap="xs">
            <Button variant="default" size="sm" onClick={onReset} disabled={saving}>
              {t('save.discard')}
            </Button>
            <Button type="submit" size="sm" loading={saving} disabled={invalid}>
              {t('common:parts.save')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Paper>
  );
}
