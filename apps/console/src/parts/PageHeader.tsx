import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { type Crumb, Crumbs } from './Crumbs.js';

interface Props {
  readonly title: string;
  /** One line below: what the page is for. */
  readonly lead?: ReactNode;
  /** Beside the title, such as a state. */
  readonly badge?: ReactNode;
  /** On the right: what one may do here. */
  readonly actions?: ReactNode;
  /** The way up, without the page itself. */
  readonly crumbs?: readonly Crumb[];
}

/** The one h1 of a page; names the browser's tab after it. */
export function PageHeader({ title, lead, badge, actions, crumbs }: Props) {
  useEffect(() => {
    document.title = `${title} · Vestnik`;
  }, [title]);
  return (
    <header>
      {crumbs === undefined ? null : <Crumbs crumbs={crumbs} />}
      <Group justify="space-between" align="flex-start" gap="sm" mb="md">
        <div style={{ minWidth: 0, flex: '1 1 16rem' }}>
          <Group gap="sm" align="center">
            {/* Focus comes here when the page changes (shell/useFocusOnPage). */}
            <Title order={1} tabIndex={-1} data-page-heading style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {badge}
          </Group>
          {lead === undefined ? null : (
            <Text c="dimmed" size="sm" mt={4} maw="72ch">
              {lead}
            </Text>
          )}
        </div>
        {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
      </Group>
    </header>
  );
}
