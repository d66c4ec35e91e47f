import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import { DescriptionList } from '../../parts/DescriptionList.js';
import { TimeText } from '../../parts/TimeText.js';
import { cancelled } from './cancelled.js';
import type { Scheduled } from './ScheduledPage.js';

interface Props {
  readonly message: Scheduled | undefined;
  readonly onClose: () => void;
}

/** Cancels what was to be delivered later; says from whom it is withdrawn, and who has it already. */
export function CancelDialog({ message, onClose }: Props) {
  const { t } = useTranslation('scheduled');
  const format = useFormat();
  const queries = useQueryClient();
  // The words stay while the window closes.
  const [last, setLast] = useState(message);
  if (message !== undefined && message !== last) setLast(message);
  if (last === undefined) return null;
  const more = last.recipients - last.to.length;
  return (
    <ConfirmAction
      opened={message !== undefined}
      onClose={onClose}
      title={t('cancel.title')}
      confirm={t('cancel.confirm')}
      dangerous
      action={async () => {
        const { to } = await answerOf(api.DELETE('/v1/messages/{id}', { params: { path: { id: last.id } } }));
        const { gone, kept } = cancelled(to);
        notifications.show({
          message:
            kept.length === 0
              ? t('cancel.done', { count: gone, text: format.number(gone) })
              : t('cancel.late', { who: format.list(kept.map(({ address, state }) => `${address} (${t(`common:states.${state}`).toLowerCase()})`)) }),
          autoClose: kept.length === 0 ? 4_000 : 12_000,
        });
        await queries.invalidateQueries({ queryKey: ['scheduled'] });
      }}
    >
      <p style={{ marginTop: 0 }}>{t('cancel.text')}</p>
      <DescriptionList
        items={[
          { name: t('columns.type'), value: last.type },
          { name: t('cancel.due'), value: <TimeText at={last.deliverAt} exact zone /> },
          {
            name: t('cancel.from', { count: last.recipients }),
            value: (
              <>
                {last.to.map((address) => (
                  <div key={address}>{address}</div>
                ))}
                {more > 0 ? <div>{t('andMore', { count: more, text: format.number(more) })}</div> : null}
              </>
            ),
          },
        ]}
      />
    </ConfirmAction>
  );
}
