import { Button } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import { useGo } from './PathLink.js';
import { hrefOf } from './paths.js';

interface Props {
  /** A path below the console with its query; make it with `pathTo` and `withQuery`. */
  readonly to: string;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

/** A link to a page of the console that looks like a button. */
export function LinkButton({ to, icon, children }: Props) {
  const go = useGo();
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <Button component="a" size="xs" variant="default" href={hrefOf(to)} onClick={follow} leftSection={icon}>
      {children}
    </Button>
  );
}
