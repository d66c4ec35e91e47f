import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/useFormat.js';
import { ToneBadge } from '../../parts/StateBadge.js';

/** When the figures were told: they are asked for every five seconds while the page is looked at. */
export function Freshness({ at, failed }: { readonly at: string; readonly failed: boolean }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  return (
    <ToneBadge tone={failed ? 'warning' : 'neutral'} title={format.exact(at)}>
      {t(failed ? 'asOf' : 'live', { time: format.clock(at) })}
    </ToneBadge>
  );
}
