import { Button, Group, Text } from '@mantine/core';
import { IconMailForward } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { LinkButton } from '../../parts/LinkButton.js';
import { PagePart } from '../../parts/PagePart.js';
import { TimeText } from '../../parts/TimeText.js';
import type { ClientPlace } from '../clients/client-queries.js';
import { countQuery, lettersPath } from '../dead-letters/dead-letter-queries.js';

interface Props {
  readonly place: ClientPlace;
  readonly onReplay: ((count: number) => void) | undefined;
}

/** What its client or the webhook did not take. */
export function WebhookLetters({ place, onReplay }: Props) {
  const { t } = useTranslation('webhooks');
  const format = useFormat();
  const { tenant, client } = place;
  const { data: total } = useQuery({ ...countQuery({ tenant, client }), refetchInterval: 10_000 });
  const count = total?.count ?? 0;
  return (
    <PagePart title={t('letters.title')} lead={t('letters.lead')}>
      {total === undefined ? null : count === 0 ? (
        <Text size="sm">{t('letters.none')}</Text>
      ) : (
        <Group gap="sm">
          <Text size="sm" component="div">
            {t('letters.count', { count, text: format.number(count) })}
            {total.newestAt === undefined ? null : (
              <>
                {' '}
                {t('letters.newest')} <TimeText at={total.newestAt} />.
              </>
            )}
          </Text>
          <LinkButton to={lettersPath({ tenant, client })}>{t('letters.open')}</LinkButton>
          {onReplay === undefined ? null : (
            <Button size="xs" variant="default" leftSection={<IconMailForward size={16} />} onClick={() => onReplay(count)}>
              {t('letters.replay')}
            </Button>
          )}
        </Group>
      )}
    </PagePart>
  );
}
