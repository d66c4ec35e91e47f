import { Button, Group, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem-error.js';
import { useFormat } from '../format/useFormat.js';
import { Notice } from './Notice.js';

interface Props {
  /** Whatever was thrown; nothing is shown for null or undefined. */
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What went wrong: the problem in the chosen language, and the server's own words below. */
export function ProblemAlert({ error, onRetry }: Props) {
  const { t } = useTranslation('common');
  const format = useFormat();
  if (error === null || error === undefined) return null;
  const problem = asProblem(error);
  return (
    <Notice alert tone="bad" title={t(`problems.${problem.slug}`)}>
      {problem.detail === undefined || problem.errors.length > 1 ? null : (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {problem.detail}
        </Text>
      )}
      {problem.errors.length < 2 ? null : (
        <ul style={{ margin: '4px 0 0', paddingInlineStart: '1.2em' }}>
          {problem.errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>{path === '' ? message : `${path}: ${message}`}</li>
          ))}
        </ul>
      )}
      {problem.retryAfter === undefined ? null : <Text size="sm">{t('parts.retryAfter', { time: format.duration(problem.retryAfter * 1_000) })}</Text>}
      {onRetry === undefined ? null : (
        <Group mt="xs">
          <Button size="xs" variant="default" leftSection={<IconRefresh size={15} />} onClick={onRetry}>
            {t('parts.retry')}
          </Button>
        </Group>
      )}
    </Notice>
  );
}
