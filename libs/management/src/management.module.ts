import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { CallerGuard } from './access/caller.guard.js';
import { AdministratorKeysController } from './administrators/administrator-keys.controller.js';
import { AdministratorsController } from './administrators/administrators.controller.js';
import { OidcController } from './administrators/oidc.controller.js';
import { SessionController } from './administrators/session.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { RecentCallsController } from './calls/recent-calls.controller.js';
import { Changes } from './changes.js';
import { ClientBrowsingController } from './clients/browsing.controller.js';
import { ClientsController } from './clients/clients.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { DiagnoseController } from './diagnose/diagnose.controller.js';
import { DocsController } from './docs/docs.controller.js';
import { KnownRoutes } from './http/known-routes.js';
import { ProblemFilter } from './http/problem.filter.js';
import { KeysController } from './keys/keys.controller.js';
import { LinksController } from './links/links.controller.js';
import { MessagesController } from './messages/messages.controller.js';
import { DocumentController } from './openapi/document.controller.js';
import { OverviewController } from './overview/overview.controller.js';
import { type ManagementPorts, PORT } from './ports.js';
import { ScheduledController } from './scheduled/scheduled.controller.js';
import { SettingsController } from './settings/settings.controller.js';
import { TailController } from './tail/tail.controller.js';
import { TenantsController } from './tenants/tenants.controller.js';
import { UsageController } from './tenants/usage.controller.js';
import { TokensController } from './tokens/tokens.controller.js';
import { TopicsController } from './topics/topics.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

/** HTTP for the console and for scripts. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: the framework knows modules by their classes
export class ManagementModule {
  /** The ports are fulfilled by the composition root. */
  static with(ports: ManagementPorts): DynamicModule {
    const provided = (Object.keys(PORT) as (keyof ManagementPorts)[]).map((name): Provider => ({ provide: PORT[name], useValue: ports[name] }));
    return {
      module: ManagementModule,
      controllers: [
        TenantsController,
        UsageController,
        KeysController,
        TokensController,
        ClientsController,
        ClientBrowsingController,
        MessagesController,
        WebhooksController,
        LinksController,
        DiagnoseController,
        TopicsController,
        DeadLettersController,
        ScheduledController,
        SessionController,
        OidcController,
        AdministratorsController,
        AdministratorKeysController,
        OverviewController,
        RecentCallsController,
        TailController,
        AuditController,
        SettingsController,
        DocumentController,
        DocsController,
      ],
      providers: [...provided, Changes, KnownRoutes, CallerGuard, { provide: APP_FILTER, useClass: ProblemFilter }],
      exports: [KnownRoutes],
    };
  }
}
