import { Anchor, type AnchorProps } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import { hrefOf } from './paths.js';

interface Props extends AnchorProps {
  /** A path below the console with its query, such as `/tenants/sales?tab=keys`; make it with `pathTo`. */
  readonly to: string;
  readonly children: ReactNode;
  readonly title?: string;
  readonly 'aria-label'?: string;
}

/** A link to a page of the console by its path, as the server names pages too. Opens in a new tab as every link does. */
export function PathLink({ to, children, ...rest }: Props) {
  const go = useGo();
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <Anchor href={hrefOf(to)} onClick={follow} {...rest}>
      {children}
    </Anchor>
  );
}

/** Goes to a page of the console by its path: `go('/links')`. */
export function useGo(): (to: string) => void {
  const router = useRouter();
  return (to) => router.history.push(hrefOf(to));
}
