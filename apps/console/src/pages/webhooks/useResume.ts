import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { asProblem } from '../../api/problem-error.js';
import { type ClientPlace, clientKey } from '../clients/client-queries.js';
import { webhooksKey } from './webhook-queries.js';

/** Begins again with a webhook at once: one that is paused, or that waits for its next attempt. */
export function useResume({ tenant, client }: ClientPlace) {
  const { t } = useTranslation('webhooks');
  const refresh = useRefresh({ tenant, client });
  return useMutation({
    mutationFn: () => answerOf(api.POST('/v1/tenants/{tenant}/clients/{client}/webhook/resume', { params: { path: { tenant, client } } })),
    onSuccess: () => {
      notifications.show({ message: t('resume.done', { client }) });
      refresh();
    },
    onError: (error) => {
      const problem = asProblem(error);
      notifications.show({ color: 'red', title: t(`common:problems.${problem.slug}`), message: problem.detail });
    },
  });
}

/** Asks anew for what an action on a webhook has changed. */
export function useRefresh(place: ClientPlace): () => void {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: clientKey(place) });
    void queries.invalidateQueries({ queryKey: webhooksKey });
  };
}
