import { Breadcrumbs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PathLink } from './PathLink.js';

export interface Crumb {
  readonly title: string;
  readonly to: string;
}

/** The way up from a page. */
export function Crumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  const { t } = useTranslation('common');
  return (
    <nav aria-label={t('parts.crumbs')}>
      <Breadcrumbs mb={6} separatorMargin={6}>
        {crumbs.map(({ title, to }) => (
          <PathLink key={to} to={to} size="sm">
            {title}
          </PathLink>
        ))}
        {/* A last separator leads to the heading. */}
        <span />
      </Breadcrumbs>
    </nav>
  );
}
