import { useTranslation } from 'react-i18next';
import { StateBadge, ToneBadge } from '../../parts/StateBadge.js';

/** Whether a client can be reached now: one with a webhook needs no connection. */
export function OnlineBadge({ online, webhook }: { readonly online: boolean; readonly webhook: string | undefined }) {
  const { t } = useTranslation('clients');
  if (online || webhook === undefined) return <StateBadge state={online ? 'online' : 'offline'} />;
  return <ToneBadge tone="info">{t('byWebhook')}</ToneBadge>;
}
