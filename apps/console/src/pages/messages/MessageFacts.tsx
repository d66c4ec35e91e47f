import { Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { AddressText } from '../../parts/AddressText.js';
import { pageOfAddress } from '../../parts/address-page.js';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { PathLink } from '../../parts/PathLink.js';
import { withQuery } from '../../parts/paths.js';
import { TimeText } from '../../parts/TimeText.js';
import type { Life } from './message-life.js';

/** The head of a message: all that is known of it but its data and its recipients. */
export function MessageFacts({ life }: { readonly life: Life }) {
  const { t } = useTranslation('messages');
  const format = useFormat();
  const installation = useSession()?.installation;
  return (
    <Paper p="md">
      <DescriptionList
        items={[
          { name: t('facts.id'), value: <AddressText value={life.id} wrap /> },
          { name: t('facts.from'), value: <AddressText value={life.from} to={pageOfAddress(life.from, installation)} wrap /> },
          { name: t('facts.sent'), value: <TimeText at={life.sentAt} exact zone /> },
          { name: t('facts.deliverAt'), value: life.deliverAt === undefined ? undefined : <TimeText at={life.deliverAt} exact zone /> },
          { name: t('facts.expires'), value: life.expiresAt === undefined ? undefined : <TimeText at={life.expiresAt} exact zone /> },
          {
            name: t('facts.correlationId'),
            value:
              life.correlationId === undefined ? undefined : (
                <AddressText value={life.correlationId} to={withQuery('/messages', { correlationId: life.correlationId })} wrap />
              ),
          },
          { name: t('facts.collapseKey'), value: life.collapseKey === undefined ? undefined : <AddressText value={life.collapseKey} wrap /> },
          {
            name: t('facts.size'),
            value: (
              <>
                {format.bytes(life.bytes)}{' '}
                <Text span inherit c="dimmed">
                  {life.contentType ?? 'JSON'}
                </Text>
              </>
            ),
          },
          { name: t('facts.receipt'), value: t(life.receipt ? 'facts.receiptYes' : 'facts.receiptNo') },
          {
            name: t('facts.origin'),
            value:
              life.origin === undefined ? undefined : (
                <PathLink inherit to="/links">
                  {life.origin}
                </PathLink>
              ),
          },
          { name: t('facts.traceparent'), value: life.traceparent === undefined ? undefined : <AddressText value={life.traceparent} wrap /> },
        ]}
      />
    </Paper>
  );
}
