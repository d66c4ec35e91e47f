import { Button, Group, Modal, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AddressText } from '../../parts/AddressText.js';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { JsonView } from '../../parts/JsonView.js';
import { TimeText } from '../../parts/TimeText.js';
import type { Entry } from './AuditPage.js';
import { Difference } from './Difference.js';
import { ActionText, SubjectText, WhoText } from './EntryTexts.js';

interface Props {
  readonly entry: Entry | undefined;
  readonly onClose: () => void;
  readonly onFilter: (values: { readonly who?: string; readonly subject?: string }) => void;
}

/** One entry whole: what it changed, and as it was written down. */
export function EntryWindow({ entry, onClose, onFilter }: Props) {
  const { t } = useTranslation('audit');
  return (
    <Modal
      opened={entry !== undefined}
      onClose={onClose}
      size="xl"
      title={entry === undefined ? null : <ActionText action={entry.action} />}
      closeButtonProps={{ 'aria-label': t('common:parts.close') }}
    >
      {entry === undefined ? null : (
        <Stack gap="md">
          <DescriptionList
            items={[
              { name: t('columns.at'), value: <TimeText at={entry.at} exact zone /> },
              { name: t('columns.who'), value: <WhoText who={entry.who} /> },
              { name: t('columns.address'), value: entry.address === undefined ? undefined : <AddressText value={entry.address} /> },
              { name: t('columns.subject'), value: <SubjectText entry={entry} /> },
              { name: t('columns.name'), value: <AddressText value={entry.action} copy={false} /> },
            ]}
          />
          <section>
            <Title order={3} mb={4}>
              {t('columns.changes')}
            </Title>
            <Difference entry={entry} />
          </section>
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => onFilter({ who: entry.who })}>
              {t('allBy')}
            </Button>
            <Button size="xs" variant="default" onClick={() => onFilter({ subject: entry.subject })}>
              {t('allOf')}
            </Button>
          </Group>
          <details>
            <summary>{t('raw')}</summary>
            <JsonView text={JSON.stringify(entry, null, 2)} label={t('raw')} />
          </details>
        </Stack>
      )}
    </Modal>
  );
}
