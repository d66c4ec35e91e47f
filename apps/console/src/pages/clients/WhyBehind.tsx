import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schema } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { LinkButton } from '../../parts/LinkButton.js';
import { Notice } from '../../parts/Notice.js';
import { pathTo, withQuery } from '../../parts/paths.js';
import { useNow } from '../../parts/useNow.js';
import { countedText, WAITING_COUNTED } from './backlog-text.js';
import type { Act } from './ClientActions.js';
import { type Client, type ClientPlace, connections, webhookPath } from './client-queries.js';
import { whyBehind } from './why-behind.js';

interface Props {
  readonly client: Client;
  readonly place: ClientPlace;
  readonly oldest: Schema<'WaitingMessage'> | undefined;
  readonly onAct: (act: Act) => void;
}

/** Says why messages wait for a client, and offers what helps. Nothing where nothing is wrong. */
export function WhyBehind({ client, place, oldest, onAct }: Props) {
  const { t } = useTranslation('clients');
  const format = useFormat();
  const operator = useMay('operator');
  const now = useNow();
  const why = whyBehind(client, oldest, now);
  if (why.kind === 'none' || oldest === undefined) return null;
  const count = client.waiting ?? 0;
  const sessions = connections(client);
  const [first] = sessions;
  const close = operator && (why.kind === 'not-acknowledging' || why.kind === 'not-handed') && first !== undefined && sessions.length === 1;
  return (
    <Notice tone="warning" title={t('why.title', { count, text: countedText(format, count, WAITING_COUNTED), time: format.relative(oldest.sentAt, now) })}>
      {why.kind === 'not-acknowledging' ? t('why.not-acknowledging', { count: why.attempts }) : t(`why.${why.kind}`)}
      <Group gap="xs" mt="xs">
        {why.kind === 'webhook-failing' || why.kind === 'webhook-paused' ? (
          <LinkButton to={webhookPath(place)}>{t('why.toWebhook')}</LinkButton>
        ) : (
          <LinkButton to={withQuery('/why', { from: oldest.from, to: client.address })}>{t('actions.why')}</LinkButton>
        )}
        {close ? (
          <Button size="xs" variant="default" onClick={() => onAct({ kind: 'close', session: first })}>
            {t('sessions.close')}
          </Button>
        ) : null}
        <LinkButton to={pathTo`/messages/${oldest.id}`}>{t('why.toOldest')}</LinkButton>
        {operator ? (
          <Button size="xs" variant="default" onClick={() => onAct({ kind: 'purge' })}>
            {t('purge.open')}
          </Button>
        ) : null}
      </Group>
    </Notice>
  );
}
