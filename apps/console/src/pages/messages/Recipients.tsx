import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { useFormat } from '../../format/useFormat.js';
import { Figure, Figures } from '../../parts/Figure.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { useList } from '../../parts/useList.js';
import styles from './MessagePage.module.css';
import { isShared, type Life, messageKey, type Recipient } from './message-life.js';
import { RecipientCard } from './RecipientCard.js';
import { toneOf } from './steps.js';

/** So many lives are shown open at once. */
const OPEN_MAX = 3;
/** Of those that came with the message, so many are shown without being asked for. */
const STEP = 20;

/** What became of a message, for each recipient. */
export function Recipients({ life }: { readonly life: Life }) {
  const { t } = useTranslation('messages');
  const format = useFormat();
  const [shown, setShown] = useState(STEP);
  const { recipients, counts } = life;
  const byPage = counts !== undefined || life.more === true;
  return (
    <Stack gap="sm">
      {counts === undefined ? null : (
        <Figures>
          {Object.entries(counts).map(([state, count]) => (
            <Figure
              key={state}
              label={t(`common:states.${state}`)}
              value={format.number(count ?? 0)}
              tone={toneOf(state)}
              note={t('life.clients', { count: count ?? 0 })}
            />
          ))}
        </Figures>
      )}
      {recipients.length === 0 ? <Text size="sm">{t('life.none')}</Text> : null}
      <Cards life={life} recipients={recipients.slice(0, shown)} open={recipients.length <= OPEN_MAX} />
      {recipients.length > shown ? (
        <Group>
          <Button size="xs" variant="default" onClick={() => setShown(shown + STEP)}>
            {t('common:parts.more')}
          </Button>
        </Group>
      ) : null}
      {byPage ? <ByPage life={life} /> : null}
    </Stack>
  );
}

/** Every client, page by page; only once it is asked for. */
function ByPage({ life }: { readonly life: Life }) {
  const { t } = useTranslation('messages');
  const [wanted, setWanted] = useState(false);
  const list = useList<Recipient>({
    key: [...messageKey(life.id), 'recipients'],
    fetch: ({ cursor, limit, signal }) =>
      answerOf(api.GET('/v1/messages/{id}/recipients', { params: { path: { id: life.id }, query: { cursor, limit } }, signal })),
    enabled: wanted,
  });
  if (!wanted) {
    return (
      <Group>
        <Button size="xs" variant="default" onClick={() => setWanted(true)}>
          {t('life.eachClient')}
        </Button>
      </Group>
    );
  }
  return (
    <Stack gap="sm" aria-busy={list.loading}>
      <h3 className={styles.heading}>{t('life.byClient')}</h3>
      <Cards life={life} recipients={list.items} open={false} />
      {!list.loading && list.items.length === 0 && list.error === null ? <Text size="sm">{t('life.noClients')}</Text> : null}
      <ProblemAlert error={list.error} onRetry={list.retry} />
      {list.full ? <Text size="xs">{t('common:parts.rowsFull', { count: list.items.length, text: String(list.items.length) })}</Text> : null}
      {list.more ? (
        <Group>
          <Button size="xs" variant="default" loading={list.loadingMore} onClick={list.loadMore}>
            {t('common:parts.more')}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}

function Cards({ life, recipients, open }: { readonly life: Life; readonly recipients: readonly Recipient[]; readonly open: boolean }) {
  return (
    <ul className={styles.recipients}>
      {recipients.map((recipient) => (
        <li key={recipient.address}>
          <RecipientCard life={life} recipient={recipient} startsOpen={open && !(life.counts !== undefined && isShared(recipient.address))} />
        </li>
      ))}
    </ul>
  );
}
