// In a layer: our own styles win over the library's in whichever order chunks load.
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './console.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onSignedOut } from './api/client.js';
import { newQueryClient } from './api/queries.js';
import { startTranslations } from './i18n/i18n.js';
import { newRouter } from './router.js';
import { cssVariables } from './theme.js';
import { useNamedTheme } from './useNamedTheme.js';

/** Of this response of the server; without it the policy lets no style element in. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
// What keeps the page from scrolling behind a window makes a style element of its own, and looks here for the nonce.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const queries = newQueryClient();
const router = newRouter(queries);
const themes = localStorageColorSchemeManager({ key: 'vestnik-theme' });

onSignedOut(() => {
  queries.clear();
  const { pathname, href } = router.state.location;
  if (pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: { to: href } });
});

await startTranslations();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Console />
    </QueryClientProvider>
  </StrictMode>,
);

function Console() {
  const theme = useNamedTheme();
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={themes} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <Notifications position="bottom-right" limit={4} />
      <ModalsProvider>
        <RouterProvider router={router} />
      </ModalsProvider>
    </MantineProvider>
  );
}
