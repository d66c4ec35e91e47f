import { useTranslation } from 'react-i18next';
import { languageOf } from '../i18n/languages.js';
import { type Format, formatOf } from './format.js';

/** The formats of the chosen language. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  return formatOf(languageOf(i18n.language));
}
