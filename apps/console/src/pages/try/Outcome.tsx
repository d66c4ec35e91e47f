import { Button, Group, Stack, Text } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { JsonView } from '../../parts/JsonView.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';

interface Props {
  readonly run: Pick<UseMutationResult<unknown, Error, never>, 'isPending' | 'error' | 'data'>;
  readonly action: string;
  readonly icon?: ReactNode;
  readonly connected: boolean;
  readonly disabled?: boolean;
  readonly children?: ReactNode;
}

/** The button of a panel, and what the bus answered: the result as JSON, or the problem. */
export function Outcome({ run, action, icon, connected, disabled = false, children }: Props) {
  const { t } = useTranslation('try');
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Button type="submit" size="sm" leftSection={icon} loading={run.isPending} disabled={!connected || disabled}>
          {action}
        </Button>
        {children}
        {connected ? null : (
          <Text size="sm" c="dimmed">
            {t('connectFirst')}
          </Text>
        )}
      </Group>
      <div aria-live="polite">
        <ProblemAlert error={run.error} />
        {run.data === undefined || run.error !== null ? null : <JsonView text={JSON.stringify(run.data, null, 2)} label={t('result')} />}
      </div>
    </Stack>
  );
}
