import { useTranslation } from 'react-i18next';
import { ToneBadge } from '../../parts/StateBadge.js';
import { TimeText } from '../../parts/TimeText.js';

const KNOWN = ['broken', 'too-slow', 'dead'] as const;

/** How a connection was lost, and when. */
export function DropReason({ reason, at }: { readonly reason: string; readonly at: string }) {
  const { t } = useTranslation('clients');
  const known = KNOWN.find((one) => one === reason);
  return (
    <>
      <ToneBadge tone="bad">{known === undefined ? reason : t(`drops.${known}`)}</ToneBadge> <TimeText at={at} size="xs" c="dimmed" />
    </>
  );
}
