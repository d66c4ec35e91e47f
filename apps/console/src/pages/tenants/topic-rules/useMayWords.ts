import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format/useFormat.js';
import type { MayUse } from './topic-rule.js';

/** Who may, in words. */
export function useMayWords(): (may: MayUse) => string {
  const { t } = useTranslation('tenants');
  const format = useFormat();
  return (may) => {
    if (typeof may === 'string') return t(`topicRules.may.${may}`);
    return may.length === 0 ? t('topicRules.may.nobody') : t('topicRules.may.names', { names: format.list(may) });
  };
}
