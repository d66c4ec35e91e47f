import { useTranslation } from 'react-i18next';
import { errorTextOf } from './error-text.js';

/** Says what the server noted of a failing webhook in the chosen language. */
export function useErrorText(): (text: string) => string {
  const { t } = useTranslation('webhooks');
  const say = (text: string): string => {
    const error = errorTextOf(text);
    switch (error.kind) {
      case 'answered':
        return error.redirect ? t('errors.redirect', { status: error.status }) : t('errors.answered', { status: error.status });
      case 'in-a-row':
        return t('errors.in-a-row', { count: error.count, cause: say(error.cause) });
      case 'a-day':
        return t('errors.a-day', { cause: say(error.cause) });
      case 'known':
        return t(`errors.${error.name}`);
      case 'other':
        return error.text;
    }
  };
  return say;
}
