import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format/useFormat.js';
import { type AcceptRule, sendersOf } from './accept-rule.js';

/** What a rule lets through, as one sentence. */
export function useRuleWords(): (rule: AcceptRule) => string {
  const { t } = useTranslation('tenants');
  const format = useFormat();
  return ({ from, allow, to }) => {
    const { client, tenant, installation } = sendersOf(from);
    const who = t(client === undefined ? 'accepts.words.anyClient' : 'accepts.words.client', { client });
    const ofTenant = t(tenant === undefined ? 'accepts.words.anyTenant' : 'accepts.words.tenant', { tenant });
    const where =
      installation === undefined
        ? t('accepts.words.here')
        : t(installation.includes('*') ? 'accepts.words.installations' : 'accepts.words.installation', { installation });
    const what = format.list(allow.map((use) => t(`accepts.words.${use}`)));
    return to === undefined
      ? t('accepts.words.whole', { who, tenant: ofTenant, where, what })
      : t('accepts.words.wholeTo', { who, tenant: ofTenant, where, what, to: format.list(to) });
  };
}
