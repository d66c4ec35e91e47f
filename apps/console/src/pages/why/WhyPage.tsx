import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answerOf, api } from '../../api/client.js';
import { PageHeader } from '../../parts/PageHeader.js';
import { ProblemAlert } from '../../parts/ProblemAlert.js';
import { useFilters } from '../../parts/useFilters.js';
import { PagePending } from '../../shell/PagePending.js';
import { type Asked, Findings } from './Findings.js';
import { Question } from './Question.js';
import { WhyEmpty } from './WhyEmpty.js';

const ASKED = ['from', 'to', 'use', 'as'] as const;

/** Why one address does not reach another. What is asked stands in the address of the page: other pages link to an answer. */
export function WhyPage() {
  const { t } = useTranslation('why');
  const filters = useFilters(ASKED);
  const asked = askedOf(filters.values);
  const ready = asked.from !== '' && asked.to !== '';
  const answer = useQuery({
    queryKey: ['diagnose', asked],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/v1/diagnose', {
          params: { query: { from: asked.from, to: asked.to, use: asked.use, ...(asked.as === undefined ? {} : { as: asked.as }) } },
          signal,
        }),
      ),
    enabled: ready,
    // As things stand now, always.
    staleTime: 0,
    refetchOnMount: 'always',
  });
  const ask = (next: Asked) => {
    if (JSON.stringify(next) === JSON.stringify(asked)) void answer.refetch();
    else filters.setAll({ from: next.from, to: next.to, use: next.use === 'send' ? undefined : next.use, as: next.as });
  };

  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      {/* Another question by a link or by going back fills the form anew. */}
      <Question key={JSON.stringify(asked)} asked={asked} busy={answer.isFetching} answered={answer.data !== undefined} onAsk={ask} />
      {!ready ? (
        <WhyEmpty onAsk={ask} />
      ) : answer.data !== undefined ? (
        <div aria-busy={answer.isFetching}>
          {/* What was found before is still shown, with its time. */}
          <ProblemAlert error={answer.error} onRetry={() => void answer.refetch()} />
          <Findings diagnosis={answer.data} asked={asked} at={answer.dataUpdatedAt} onAsk={ask} />
        </div>
      ) : answer.error === null ? (
        <PagePending />
      ) : (
        <ProblemAlert error={answer.error} onRetry={() => void answer.refetch()} />
      )}
    </>
  );
}

function askedOf(values: Readonly<Partial<Record<(typeof ASKED)[number], string>>>): Asked {
  return {
    from: values.from ?? '',
    to: values.to ?? '',
    use: values.use === 'call' || values.use === 'presence' ? values.use : 'send',
    as: values.as === 'key' || values.as === 'token' ? values.as : undefined,
  };
}
