import { Button, Paper } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { EmptyState } from '../../parts/EmptyState.js';
import type { Asked } from './Findings.js';

/** What the page does, with an example out of the clients that are there. */
export function WhyEmpty({ onAsk }: { readonly onAsk: (asked: Asked) => void }) {
  const { t } = useTranslation('why');
  const some = useQuery({
    queryKey: ['clients', 'example'],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/clients', { params: { query: { limit: 50, sort: 'seen' } }, signal })),
    staleTime: 60_000,
  });
  const clients = some.data?.items ?? [];
  const from = clients[0];
  // Of another tenant rather: there it is decided who may.
  const to = clients.find(({ tenant }) => tenant !== from?.tenant) ?? clients[1];
  return (
    <Paper>
      <EmptyState
        icon={<IconRoute size={34} stroke={1.4} />}
        title={t('empty')}
        hint={t('emptyHint')}
        action={
          from === undefined || to === undefined ? (
            <code>shop@sales → ivanov@accounting</code>
          ) : (
            <Button
              mt={6}
              variant="default"
              h="auto"
              mih={32}
              py={6}
              styles={{ label: { whiteSpace: 'normal', overflowWrap: 'anywhere' } }}
              onClick={() => onAsk({ from: from.address, to: to.address, use: 'send', as: undefined })}
            >
              {t('example', { from: from.address, to: to.address })}
            </Button>
          )
        }
      />
    </Paper>
  );
}
