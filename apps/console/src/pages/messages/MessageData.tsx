import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconDownload, IconEye } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { CopyButton } from '../../parts/CopyButton.js';
import { HexView } from '../../parts/HexView.js';
import { JsonView } from '../../parts/JsonView.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { fetchData } from './fetch-data.js';
import { fileOf } from './message-file.js';
import type { Life } from './message-life.js';

/** What a message holds: only to those who may, only when they ask, and that they did is written down. */
export function MessageData({ life }: { readonly life: Life }) {
  const { t } = useTranslation('messages');
  const format = useFormat();
  const operator = useMay('operator');
  // Kept by this part of the page alone: it is gone when the page is left.
  const show = useMutation({ mutationFn: () => fetchData(life.id) });
  if (show.data === undefined) {
    return (
      <Paper p="md">
        <Stack gap="xs" align="flex-start">
          <Text size="sm" c="dimmed">
            {t(operator ? 'data.hidden' : 'data.notAllowed', { size: format.bytes(life.bytes), type: life.contentType ?? 'JSON' })}
          </Text>
          {operator ? (
            <Button size="xs" variant="default" leftSection={<IconEye size={16} />} loading={show.isPending} onClick={() => show.mutate()}>
              {t('data.show')}
            </Button>
          ) : null}
          <ProblemAlert error={show.error} />
        </Stack>
      </Paper>
    );
  }
  const data = show.data;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {data.kind === 'json' ? <CopyButton text={data.text} label={t('data.copy')} full /> : null}
        <Button size="xs" variant="default" leftSection={<IconDownload size={15} />} onClick={() => save(fileOf(life.id, data))}>
          {t('data.download')}
        </Button>
      </Group>
      {data.kind === 'json' ? <JsonView text={data.text} label={t('data.title')} /> : <HexView base64={data.base64} label={t('data.title')} />}
    </Stack>
  );
}

function save(file: File): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(url);
}
