import { Button, Group, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session.js';
import { useFormat } from '../../format/useFormat.js';
import { Notice } from '../../parts/Notice.js';
import { TimeText } from '../../parts/TimeText.js';
import { countedText, WAITING_COUNTED } from '../clients/backlog-text.js';
import type { ClientPlace } from '../clients/client-queries.js';
import { adviceOf } from './error-text.js';
import { useErrorText } from './useErrorText.js';
import { useResume } from './useResume.js';
import type { Webhook } from './webhook-queries.js';

interface Props {
  readonly place: ClientPlace;
  readonly webhook: Webhook;
  readonly waiting: number | undefined;
}

/** How a webhook does, in words: what is wrong, what it means, what to look at, and the button that begins again. */
export function Situation({ place, webhook, waiting = 0 }: Props) {
  const { t } = useTranslation('webhooks');
  const format = useFormat();
  const say = useErrorText();
  const operator = useMay('operator');
  const resume = useResume(place);
  const { state, reason, lastError, failures, nextAttemptAt, downSince } = webhook;
  const waits = { count: waiting, text: countedText(format, waiting, WAITING_COUNTED) };
  if (state === 'active') {
    return (
      <Notice tone="good" title={t('situation.active')}>
        {waiting === 0 ? t('situation.nothingWaits') : t('situation.onTheWay', waits)}
      </Notice>
    );
  }
  const because = state === 'paused' ? (reason ?? lastError) : lastError;
  const advice = adviceOf(because ?? '') ?? adviceOf(lastError ?? '');
  return (
    <Notice tone={state === 'paused' ? 'warning' : 'bad'} title={t(`situation.${state}`)}>
      {because === undefined ? null : (
        <Text size="sm" fw={600} title={because}>
          {say(because)}
        </Text>
      )}
      <Text size="sm" component="div">
        {downSince === undefined ? null : (
          <>
            {t('situation.downSince')} <TimeText at={downSince} exact />.{' '}
          </>
        )}
        {state === 'failing' && failures > 0 ? <>{t('situation.tried', { count: failures, text: format.number(failures) })} </> : null}
        {waiting === 0 ? null : <>{t('situation.waits', waits)} </>}
        {state === 'failing' && nextAttemptAt !== undefined ? (
          <>
            {t('situation.next')} <TimeText at={nextAttemptAt} />.
          </>
        ) : null}
        {state === 'paused' ? t('situation.untilResumed') : null}
      </Text>
      {advice === undefined ? null : (
        <Text size="sm" mt={4}>
          {t(`advice.${advice}`)}
        </Text>
      )}
      {operator ? (
        <Group mt="xs">
          <Button size="xs" leftSection={<IconPlayerPlay size={16} />} loading={resume.isPending} onClick={() => resume.mutate()}>
            {t(state === 'paused' ? 'resume.open' : 'retry.open')}
          </Button>
        </Group>
      ) : null}
    </Notice>
  );
}
