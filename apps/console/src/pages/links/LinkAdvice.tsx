import { useTranslation } from 'react-i18next';
import { Notice } from '../../parts/Notice.js';
import { stateOfLink } from './link-state.js';
import type { Link } from './links-queries.js';

/** What is wrong with a link, and what to do about it; nothing where it goes. */
export function LinkAdvice({ link }: { readonly link: Link }) {
  const { t } = useTranslation('links');
  const state = stateOfLink(link);
  const { name, confirmedHere, quarantined, lastError, url } = link;
  switch (state) {
    case 'connected':
      return null;
    case 'quarantined':
      return (
        <Notice tone="bad" title={t('advice.quarantined')}>
          <div>{quarantined}</div>
          {t('advice.quarantinedTodo')}
        </Notice>
      );
    case 'pending':
      return (
        <Notice tone="info" title={t(confirmedHere ? 'advice.pendingThere' : 'advice.pendingHere', { name })}>
          {t(confirmedHere ? 'advice.pendingThereTodo' : 'advice.pendingHereTodo')}
        </Notice>
      );
    case 'paused':
      return (
        <Notice tone="warning" title={t('advice.paused')}>
          {t('advice.pausedTodo')}
        </Notice>
      );
    case 'disconnected':
      return (
        <Notice tone="bad" title={t('advice.down', { name })}>
          {lastError === undefined ? null : <div>{lastError}</div>}
          {t(url === undefined ? 'advice.downTheirs' : 'advice.downOurs')}
        </Notice>
      );
  }
}
