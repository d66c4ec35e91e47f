import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { ConfirmAction } from '../../parts/ConfirmAction.js';
import styles from './MessagePage.module.css';
import { type Life, messageKey } from './message-life.js';
import { withdrawalOf } from './withdrawal.js';

/** Recipients that are named. */
const NAMES_MAX = 8;

interface Props {
  readonly life: Life;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Takes a message back: says from whom, and who keeps it. */
export function WithdrawDialog({ life, opened, onClose }: Props) {
  const { t } = useTranslation('messages');
  const format = useFormat();
  const queries = useQueryClient();
  const { from, names, keep, elsewhere } = withdrawalOf(life);
  const text = (count: number) => ({ count, text: format.number(count) });
  return (
    <ConfirmAction
      opened={opened}
      onClose={onClose}
      title={t('withdraw.title')}
      confirm={t('withdraw.confirm')}
      dangerous
      action={async () => {
        const { to } = await answerOf(api.DELETE('/v1/messages/{id}', { params: { path: { id: life.id } } }));
        const gone = to.filter(({ state }) => state === 'withdrawn').length;
        notifications.show({
          message: gone === to.length ? t('withdraw.done') : t('withdraw.donePartly', { gone: format.number(gone), all: format.number(to.length) }),
        });
        void queries.invalidateQueries({ queryKey: messageKey(life.id) });
        void queries.invalidateQueries({ queryKey: ['messages'] });
      }}
    >
      <p style={{ marginTop: 0 }}>{t(life.more === true ? 'withdraw.fromMany' : 'withdraw.from', text(from))}</p>
      {names.length === 0 ? null : (
        <ul className={styles.names}>
          {names.slice(0, NAMES_MAX).map((name) => (
            <li key={name}>{name}</li>
          ))}
          {names.length > NAMES_MAX ? <li>{t('andMore', text(names.length - NAMES_MAX))}</li> : null}
        </ul>
      )}
      {Object.keys(keep).length === 0 ? null : (
        <p>
          {t('withdraw.keep')}{' '}
          {format.list(Object.entries(keep).map(([state, count]) => `${t(`common:states.${state}`).toLowerCase()}: ${format.number(count)}`))}.
        </p>
      )}
      {elsewhere === 0 ? null : <p>{t('withdraw.elsewhere', text(elsewhere))}</p>}
      <p style={{ marginBottom: 0 }}>{t('withdraw.undone')}</p>
    </ConfirmAction>
  );
}
