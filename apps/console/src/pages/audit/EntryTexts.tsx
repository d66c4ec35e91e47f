import { Text } from '@mantine/core';
import { IconKey, IconServer, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { PathLink } from '../../parts/PathLink.js';
import styles from './Audit.module.css';
import type { Entry } from './AuditPage.js';
import { pageOfSubject, whoOf } from './subject-page.js';

/** An action in words; one that the console does not know as the server names it. */
export function ActionText({ action }: { readonly action: string }) {
  const { t, i18n } = useTranslation('audit');
  if (!i18n.exists(`actions.${action}`, { ns: 'audit' })) {
    return (
      <Text span ff="monospace" size="sm">
        {action}
      </Text>
    );
  }
  return <span title={action}>{t(`actions.${action}`)}</span>;
}

/** Who it was, with what kind they are of. */
export function WhoText({ who }: { readonly who: string }) {
  const { t } = useTranslation('audit');
  const { kind, name } = whoOf(who);
  const Icon = kind === 'administrator' ? IconUser : kind === 'key' ? IconKey : IconServer;
  return (
    <span className={styles.who} title={t(`who.${kind}`)}>
      <Icon size={15} role="img" aria-label={t(`who.${kind}`)} className={styles.icon} />
      <span className={styles.name}>{name}</span>
    </span>
  );
}

/** What it was done to, with a link where it has a page. */
export function SubjectText({ entry: { action, subject } }: { readonly entry: Entry }) {
  const page = pageOfSubject(action, subject);
  return page === undefined ? (
    <Text span size="sm" className={styles.name}>
      {subject}
    </Text>
  ) : (
    <PathLink to={page} size="sm" className={styles.name}>
      {subject}
    </PathLink>
  );
}
