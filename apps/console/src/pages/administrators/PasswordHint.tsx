import { useTranslation } from 'react-i18next';

/** Characters; the server refuses shorter ones, and says what else is wrong. */
export const PASSWORD_MIN = 12;

/** What a password must be, and how far it is from it while it is typed. */
export function PasswordHint({ password }: { readonly password: string }) {
  const { t } = useTranslation('administrators');
  const left = PASSWORD_MIN - [...password].length;
  return (
    <span aria-live="polite">
      {t('form.passwordHint')} {password !== '' && left > 0 ? <strong>{t('form.passwordLeft', { count: left })}</strong> : null}
    </span>
  );
}
