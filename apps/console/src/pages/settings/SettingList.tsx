import { Paper } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ToneBadge } from '../../parts/StateBadge.js';
import { environmentName, textOf } from './environment-lines.js';
import styles from './Settings.module.css';
import type { Setting } from './SettingsPage.js';

interface Props {
  readonly setting: Setting;
  /** In the chosen language; empty where the console has no words for it. */
  readonly meaning: string;
}

/** One setting: what it is, its value, where that comes from, and what it would be otherwise. */
function SettingRow({ setting, meaning }: Props) {
  const { t } = useTranslation('settings');
  const { name, value, source, description, secret, differs } = setting;
  const given = source !== undefined && source !== 'default';
  const unset = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  return (
    <li className={styles.row} data-differs={differs || undefined}>
      <div className={styles.what}>
        <div className={styles.head}>
          <h3 className={styles.name}>{name}</h3>
          {differs ? <ToneBadge tone="info">{t('differs')}</ToneBadge> : null}
        </div>
        {meaning === '' ? null : <p className={styles.meaning}>{meaning}</p>}
        <details className={styles.manual}>
          <summary>{t('manual')}</summary>
          <p lang="en">{description}</p>
          <p>
            {t('variable')}: <code>{environmentName(name)}</code>
            {secret ? (
              <>
                {' '}
                {t('or')} <code>{environmentName(name)}_FILE</code>
              </>
            ) : null}
          </p>
        </details>
      </div>
      <dl className={styles.values}>
        <dt>{t('value')}</dt>
        <dd className={styles.value}>{secret ? (unset ? t('unset') : t('secret')) : unset ? t('unset') : textOf(value)}</dd>
        <dt>{t('source')}</dt>
        <dd>{given ? <code>{source}</code> : t('default')}</dd>
        {differs && !secret ? (
          <>
            <dt>{t('otherwise')}</dt>
            <dd className={styles.otherwise}>
              {setting.default === undefined || setting.default === null ? t('depends') : textOf(setting.default) === '' ? t('unset') : textOf(setting.default)}
            </dd>
          </>
        ) : null}
      </dl>
    </li>
  );
}

/** The settings of a group. */
export function SettingList({ settings, meaning }: { readonly settings: readonly Setting[]; readonly meaning: (name: string) => string }) {
  return (
    <Paper component="ul" className={styles.list}>
      {settings.map((setting) => (
        <SettingRow key={setting.name} setting={setting} meaning={meaning(setting.name)} />
      ))}
    </Paper>
  );
}
