import { Center, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** While a page is on its way. */
export function PagePending() {
  const { t } = useTranslation('common');
  return (
    <Center mih="40vh">
      <Loader role="status" aria-label={t('shell.pending')} />
    </Center>
  );
}
