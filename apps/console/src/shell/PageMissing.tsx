import { IconMapOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../parts/EmptyState.js';
import { PageHeader } from '../parts/PageHeader.js';
import { PathLink } from '../parts/PathLink.js';

/** There is no page at this address. */
export function PageMissing() {
  const { t } = useTranslation('common');
  return (
    <>
      <PageHeader title={t('shell.missing')} />
      <EmptyState title={t('shell.missingHint')} icon={<IconMapOff size={34} stroke={1.4} />} action={<PathLink to="/">{t('shell.home')}</PathLink>} />
    </>
  );
}
