import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { asProblem } from './api/problem-error.js';
import { sessionQuery } from './api/session.js';
import { loadTexts } from './i18n/i18n.js';
import { BASE } from './parts/paths.js';
import { parseSearch, type Search, stringifySearch } from './search.js';
import { PageFailed } from './shell/PageFailed.js';
import { PageMissing } from './shell/PageMissing.js';
import { PagePending } from './shell/PagePending.js';
import { Shell } from './shell/Shell.js';

interface Context {
  readonly queries: QueryClient;
}

/** A search keeps whatever it has: each page knows its own filters. */
const validateSearch = (search: Record<string, unknown>): Search =>
  Object.fromEntries(Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

const root = createRootRouteWithContext<Context>()({ validateSearch, errorComponent: PageFailed });

/** All pages but the one to sign in: nobody comes here without a session. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(sessionQuery);
    } catch (error) {
      if (asProblem(error).status === 401) throw redirect({ to: '/sign-in', search: { to: location.href } });
      throw error;
    }
  },
  component: Shell,
  errorComponent: PageFailed,
});

/** A page with the texts of its subject, and of others whose parts it shows: all come when it is first opened. */
function page<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  subject: string,
  load: () => Promise<Module>,
  name: Name,
  others: string[] = [],
) {
  return { component: lazyRouteComponent(load, name), loader: () => loadTexts(subject, ...others) };
}

const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', ...page('sign-in', () => import('./pages/sign-in/SignInPage.js'), 'SignInPage') });
const at = { getParentRoute: () => signedIn };

const routes = root.addChildren([
  signIn,
  signedIn.addChildren([
    createRoute({ ...at, path: '/', ...page('overview', () => import('./pages/overview/OverviewPage.js'), 'OverviewPage') }),
    createRoute({ ...at, path: '/tail', ...page('tail', () => import('./pages/tail/TailPage.js'), 'TailPage') }),
    createRoute({ ...at, path: '/why', ...page('why', () => import('./pages/why/WhyPage.js'), 'WhyPage') }),
    createRoute({ ...at, path: '/messages', ...page('messages', () => import('./pages/messages/MessagesPage.js'), 'MessagesPage') }),
    createRoute({ ...at, path: '/messages/$id', ...page('messages', () => import('./pages/messages/MessagePage.js'), 'MessagePage') }),
    createRoute({ ...at, path: '/dead-letters', ...page('dead-letters', () => import('./pages/dead-letters/DeadLettersPage.js'), 'DeadLettersPage') }),
    createRoute({ ...at, path: '/scheduled', ...page('scheduled', () => import('./pages/scheduled/ScheduledPage.js'), 'ScheduledPage') }),
    createRoute({ ...at, path: '/calls', ...page('calls', () => import('./pages/calls/CallsPage.js'), 'CallsPage') }),
    createRoute({ ...at, path: '/webhooks', ...page('webhooks', () => import('./pages/webhooks/WebhooksPage.js'), 'WebhooksPage') }),
    createRoute({ ...at, path: '/tenants', ...page('tenants', () => import('./pages/tenants/TenantsPage.js'), 'TenantsPage') }),
    createRoute({ ...at, path: '/tenants/$tenant', ...page('tenants', () => import('./pages/tenants/TenantPage.js'), 'TenantPage') }),
    createRoute({ ...at, path: '/clients', ...page('clients', () => import('./pages/clients/ClientsPage.js'), 'ClientsPage') }),
    createRoute({ ...at, path: '/tenants/$tenant/clients/$client', ...page('clients', () => import('./pages/clients/ClientPage.js'), 'ClientPage') }),
    createRoute({ ...at, path: '/topics', ...page('topics', () => import('./pages/topics/TopicsPage.js'), 'TopicsPage') }),
    createRoute({ ...at, path: '/links', ...page('links', () => import('./pages/links/LinksPage.js'), 'LinksPage') }),
    createRoute({ ...at, path: '/try', ...page('try', () => import('./pages/try/TryPage.js'), 'TryPage') }),
    createRoute({ ...at, path: '/audit', ...page('audit', () => import('./pages/audit/AuditPage.js'), 'AuditPage') }),
    createRoute({
      ...at,
      path: '/administrators',
      ...page('administrators', () => import('./pages/administrators/AdministratorsPage.js'), 'AdministratorsPage'),
    }),
    createRoute({ ...at, path: '/settings', ...page('settings', () => import('./pages/settings/SettingsPage.js'), 'SettingsPage') }),
    createRoute({ ...at, path: '/account', ...page('account', () => import('./pages/account/AccountPage.js'), 'AccountPage', ['administrators']) }),
  ]),
]);

/** Every page of the console, each a chunk of its own. */
export function newRouter(queries: QueryClient) {
  return createRouter({
    routeTree: routes,
    basepath: BASE,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingMs: 300,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: PageMissing,
    scrollRestoration: true,
    // The page's own queries keep what was asked; a route remembers nothing besides.
    defaultGcTime: 0,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
