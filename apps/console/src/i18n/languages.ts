import type { Language } from '../format/format.js';

/** Each by its own name. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', ru: 'Русский' };

const KEPT = 'vestnik-language';

/** Whatever a browser or a link says, one of ours. */
export function languageOf(tag: string | undefined): Language {
  return tag !== undefined && /^ru\b/i.test(tag) ? 'ru' : 'en';
}

/** What was chosen here before, else what the browser prefers. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept !== null) return languageOf(kept);
  const known = navigator.languages.find((tag) => /^(ru|en)\b/i.test(tag));
  return languageOf(known);
}

/** Remembers a choice in this browser. */
export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
}
