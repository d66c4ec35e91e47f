import i18next, { type BackendModule, type ResourceKey } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { firstLanguage, keepLanguage, languageOf } from './languages.js';

/** One file a subject and language, each fetched when it is first needed. */
const TEXTS = {
  ...import.meta.glob<ResourceKey>('./common.*.json', { import: 'default' }),
  ...import.meta.glob<ResourceKey>('../pages/*/*.json', { import: 'default' }),
};

const texts: BackendModule = {
  type: 'backend',
  init: () => {},
  read: (language, namespace, done) => {
    const path = namespace === 'common' ? `./common.${language}.json` : `../pages/${namespace}/${namespace}.${language}.json`;
    const load = TEXTS[path];
    if (load === undefined) return done(new Error(`no texts for ${namespace} in ${language}`), false);
    load().then<void, void>(
      (loaded) => void done(null, loaded),
      (error: Error) => void done(error, false),
    );
  },
};

/** Starts the translations with the common texts; those of a page come with it. */
export async function startTranslations(): Promise<void> {
  await i18next
    .use(texts)
    .use(initReactI18next)
    .init({
      lng: firstLanguage(),
      // Both languages have the same keys (texts.spec.ts): nothing falls back.
      fallbackLng: false,
      supportedLngs: ['en', 'ru'],
      load: 'languageOnly',
      ns: ['common'],
      defaultNS: 'common',
      // React escapes.
      interpolation: { escapeValue: false },
      react: { useSuspense: false },
    });
  markLanguage();
  i18next.on('languageChanged', (language) => {
    keepLanguage(languageOf(language));
    markLanguage();
  });
}

/** The texts of one page, before it is shown. */
export async function loadTexts(...subjects: string[]): Promise<void> {
  await i18next.loadNamespaces(subjects);
}

function markLanguage(): void {
  document.documentElement.lang = languageOf(i18next.language);
}
