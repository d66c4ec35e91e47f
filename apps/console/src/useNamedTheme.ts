import { type MantineThemeOverride, mergeThemeOverrides } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { theme } from './theme.js';

/** The theme with names, in the chosen language, for the buttons that show nothing but a cross. */
export function useNamedTheme(): MantineThemeOverride {
  const { t } = useTranslation('common');
  return useMemo(() => {
    const closing = { defaultProps: { closeButtonProps: { 'aria-label': t('parts.close') } } };
    return mergeThemeOverrides(theme, { components: { Modal: closing, Drawer: closing, Notification: closing } });
  }, [t]);
}
