import { Stack, Text } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface Props {
  readonly title: string;
  /** Why there is nothing, or what to do about it. */
  readonly hint?: ReactNode;
  readonly icon?: ReactNode;
  readonly action?: ReactNode;
}

/** In place of a list that has nothing in it. */
export function EmptyState({ title, hint, icon, action }: Props) {
  return (
    <Stack align="center" gap={6} py="xl" px="md" ta="center">
      <Text c="dimmed" component="span" aria-hidden lh={0}>
        {icon ?? <IconInbox size={34} stroke={1.4} />}
      </Text>
      <Text fw={600}>{title}</Text>
      {hint === undefined ? null : (
        <Text size="sm" c="dimmed" maw="52ch" component="div">
          {hint}
        </Text>
      )}
      {action}
    </Stack>
  );
}
