import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import type { Step, StepsOutcome } from '../../parts/in-steps.js';
import { StepsAction } from '../../parts/StepsAction.js';
import { deadLettersKey, type Letter, type Which } from './dead-letter-queries.js';
import { callFor, type Deed, idsByTenant } from './which-calls.js';

/** Many dead letters about to be sent again or discarded: those that were chosen, or all of a tenant that fit. */
export type Many =
  | { readonly deed: Deed; readonly kind: 'chosen'; readonly letters: readonly Letter[] }
  | { readonly deed: Deed; readonly kind: 'whole'; readonly which: Which; readonly tenant: string; readonly count: number };

interface Props {
  readonly many: Many | undefined;
  readonly onClose: () => void;
  readonly onEnded: () => void;
}

/** Asks before many dead letters are sent or discarded, does it call by call, and says what came of it. */
export function ManyDialogs({ many, onClose, onEnded }: Props) {
  // The words stay while the window closes.
  const [last, setLast] = useState(many);
  if (many !== undefined && many !== last) setLast(many);
  return last === undefined ? null : <Dialog many={last} opened={many !== undefined} onClose={onClose} onEnded={onEnded} />;
}

function Dialog({ many, opened, onClose, onEnded }: Props & { readonly many: Many; readonly opened: boolean }) {
  const { t } = useTranslation('dead-letters');
  const format = useFormat();
  const queries = useQueryClient();
  const { deed } = many;
  const all = many.kind === 'chosen' ? many.letters.length : many.count;
  const text = (count: number) => ({ count, text: format.number(count) });
  const ended = ({ done, left, stopped }: StepsOutcome) => {
    const rest = left === 0 ? '' : ` ${stopped ? t('stopped', text(left)) : t(`${deed}.left`, text(left))}`;
    notifications.show({ message: `${t(`${deed}.done`, text(done))}${rest}`, autoClose: left === 0 ? 4_000 : 12_000 });
    void queries.invalidateQueries({ queryKey: deadLettersKey });
    onEnded();
  };
  return (
    <StepsAction
      opened={opened}
      onClose={onClose}
      title={t(`${deed}.title`, text(all))}
      confirm={t(`${deed}.confirm`)}
      dangerous={deed === 'discard'}
      typed={deed === 'discard' ? String(all) : undefined}
      all={all}
      step={() => stepOf(many)}
      onEnded={ended}
    >
      {deed === 'replay' ? (
        <>
          <p style={{ marginTop: 0 }}>{t('replay.text')}</p>
          <p style={{ marginBottom: 0 }}>{t('replay.mendFirst')}</p>
        </>
      ) : (
        t('discard.text')
      )}
    </StepsAction>
  );
}

async function stepOf(many: Many): Promise<Step> {
  if (many.kind === 'whole') {
    const { client, reason } = many.which;
    return callFor(many.deed, many.tenant, { client, reason });
  }
  // At most as many as the page shows: one call for each tenant.
  let sum: Step = { done: 0, left: 0, last: true };
  for (const [tenant, ids] of idsByTenant(many.letters)) {
    const { done, left } = await callFor(many.deed, tenant, { ids });
    sum = { ...sum, done: sum.done + done, left: sum.left + left };
  }
  return sum;
}
