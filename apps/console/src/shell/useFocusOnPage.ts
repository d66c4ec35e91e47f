import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/**
 * When another page is opened the focus goes to its heading, so that a screen reader says where one is.
 *
 * Not when only the filters change, nor at the first page.
 */
export function useFocusOnPage(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
        if (pathChanged && fromLocation !== undefined) document.querySelector<HTMLElement>('[data-page-heading]')?.focus({ preventScroll: true });
      }),
    [router],
  );
}
