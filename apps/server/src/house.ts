import { randomBytes } from 'node:crypto';
import { Administrators, ClientTokens, CredentialAuthenticator, KEY_MAKER, OidcAdministrators, VaultTenantTokenSettings } from '@vestnik/auth';
import { PostgresNodeBus } from '@vestnik/cluster';
import { type Bus, composeBus, Diagnosing, type Log, Remotes, Tenants } from '@vestnik/core';
import { HttpEgress } from '@vestnik/egress';
import { LinkLine } from '@vestnik/federation';
import { uuidv7Maker } from '@vestnik/protocol';
import {
  beginEpoch,
  createDataSource,
  fixInstallationName,
  forgetTenant,
  migrate,
  PostgresAdministratorDirectory,
  PostgresAttention,
  PostgresAuditTrail,
  PostgresBrowsing,
  PostgresDeadLetterBrowsing,
  PostgresFigures,
  PostgresKeyDirectory,
  PostgresLinkDirectory,
  PostgresLinkLog,
  PostgresMailboxes,
  PostgresMessageLog,
  PostgresOutgoing,
  PostgresScheduledBrowsing,
  PostgresSecretVault,
  PostgresSubscriptions,
  PostgresTenantDirectory,
  PostgresTenantUsage,
  PostgresTopicBrowsing,
  PostgresTransit,
  PostgresWebhookBrowsing,
  PostgresWebhooks,
  Sql,
  storeTime,
  Upkeep,
} from '@vestnik/store';
import { TenantHooks, Webhooks } from '@vestnik/transports';
import { ownUrl, type Settings } from './config/index.js';
import { linkTraffic } from './link-traffic.js';
import { linkHouse } from './links.js';
import { Metrics } from './metrics.js';
import { SYSTEM_CLOCK } from './system-clock.js';

/** Of a node's connections to Postgres these are set aside: for cursors that nobody waits for, and between nodes. */
const SET_ASIDE = 2;
/** A database that starts beside the node may take so long. */
const DATABASE_WAIT_MS = 60_000;
/** For the directory. */
const DIRECTORY_CONNECTIONS = 2;

export type House = Awaited<ReturnType<typeof buildHouse>>;

export interface HouseOptions {
  readonly settings: Settings;
  readonly databaseUrl: string;
  /** Past a pooler, for what needs a connection of its own. */
  readonly directUrl: string;
  /** An administrator's key that is given from outside. */
  readonly adminKey: string;
  readonly log: Log;
}

/** A database that starts beside the node is waited for; one that refuses us is not. */
async function whenReachable(connect: () => Promise<unknown>, log: Log): Promise<void> {
  const until = performance.now() + DATABASE_WAIT_MS;
  for (;;) {
    try {
      await connect();
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      const coming = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ENOENT' || code === '57P03' || /timeout/.test((error as Error).message);
      if (!coming || performance.now() > until) throw error;
      log.warn('Postgres cannot be reached yet; trying on', { error: (error as Error).message });
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** Where administrators may sign in besides; undefined: nowhere. All of it was given, or none. */
function oidcSettings({ oidcIssuer, oidcClientId, oidcClientSecret, oidcRoles, oidcScopes, oidcTitle }: Settings) {
  if (oidcIssuer === undefined || oidcClientId === undefined || oidcClientSecret === undefined || oidcRoles === undefined) return undefined;
  return { issuer: oidcIssuer, clientId: oidcClientId, clientSecret: oidcClientSecret, roles: oidcRoles, scopes: oidcScopes, title: oidcTitle };
}

/** Puts the house together: every port of the core with what fulfils it. Reads top to bottom. */
export async function buildHouse({ settings, databaseUrl, directUrl, adminKey, log }: HouseOptions) {
  const clock = SYSTEM_CLOCK;
  const { installation } = settings;

  // The store.
  const migrating = createDataSource({ url: directUrl, poolSize: 2, log });
  await whenReachable(() => migrating.initialize(), log);
  await migrate(migrating, log).finally(() => migrating.destroy());
  const dataSource = createDataSource({ url: databaseUrl, poolSize: DIRECTORY_CONNECTIONS, log });
  await dataSource.initialize();
  const onError = (error: Error) => log.warn('a connection to Postgres broke; another one is made', { error });
  const sql = new Sql({ url: databaseUrl, connections: Math.max(2, settings.poolSize - SET_ASIDE - DIRECTORY_CONNECTIONS), synchronousCommit: 'on', onError });
  const lazySql = new Sql({ url: databaseUrl, connections: 1, synchronousCommit: 'off', onError });
  await fixInstallationName(sql, installation);
  const messageLog = new PostgresMessageLog(sql, lazySql, installation);
  const mailboxes = new PostgresMailboxes(sql);
  const subscriptions = new PostgresSubscriptions(sql, mailboxes, installation);
  const directory = new PostgresTenantDirectory(dataSource, clock, [forgetTenant]);
  const keys = new PostgresKeyDirectory(dataSource, clock);
  const administratorDirectory = new PostgresAdministratorDirectory(dataSource, clock);
  const vault = new PostgresSecretVault(dataSource, settings.secretKey, clock);
  const audit = new PostgresAuditTrail(dataSource);
  const webhookDirectory = new PostgresWebhooks(sql);
  const browsing = {
    all: new PostgresBrowsing(sql, installation, clock, log),
    deadLetters: new PostgresDeadLetterBrowsing(sql),
    scheduled: new PostgresScheduledBrowsing(sql),
    webhooks: new PostgresWebhookBrowsing(sql),
    topics: new PostgresTopicBrowsing(sql),
    usage: new PostgresTenantUsage(sql),
    attention: new PostgresAttention(sql),
  };
  const linkDirectory = new PostgresLinkDirectory(sql);
  const linkLog = new PostgresLinkLog(sql, lazySql, installation);
  const tenants = new Tenants(directory);
  const upkeep = new Upkeep(sql, tenants, clock, log);
  await upkeep.start();

  const storeFigures = new PostgresFigures(sql, () => clock.monotonic());

  // What is fetched for tenants.
  const egress = new HttpEgress({ allow: settings.egressAllow });

  // Who is who.
  const tokens = new ClientTokens({ installation, vault, mailboxes, clock, egress, log, storeTime: () => storeTime(dataSource) });
  const onRefused = () => metrics.credentialsRefused.inc();
  const authenticator = new CredentialAuthenticator({
    tenants,
    keys,
    mailboxes,
    administrators: administratorDirectory,
    tokens,
    clock,
    adminKey,
    log,
    onRefused,
  });
  const tokenSettings = new VaultTenantTokenSettings(vault, egress);

  // Between nodes. What the connection brings is for parts that are made below.
  let starting = true;
  const bus = new PostgresNodeBus({
    url: directUrl,
    nodeId: randomBytes(9).toString('base64url'),
    secret: settings.secretKey,
    clock,
    log,
    onConnected: async (alone) => {
      await beginEpoch(sql, { alone: alone && starting, seen: node.delivery.furthest });
      if (alone && starting) await linkLog.releaseAll();
      starting = false;
      await node.delivery.readEpochs();
    },
  });

  const administrators = new Administrators({ directory: administratorDirectory, clock, log, onRefused, audit, bus });

  // Other installations.
  let publicUrl = settings.publicUrl;
  const directoryChanged = async () => {
    bus.publish({ kind: 'directory-changed' });
    await tenants.refresh();
  };
  const oidc = oidcSettings(settings);
  const oidcSignIn =
    oidc === undefined
      ? undefined
      : new OidcAdministrators({
          settings: oidc,
          directory: administratorDirectory,
          vault,
          clock,
          audit,
          hasTenant: (name) => tenants.get(name) !== undefined,
          changed: directoryChanged,
          log,
          onRefused,
        });
  const links = linkHouse({
    installation,
    ownUrl: ownUrl(settings),
    publicUrl: () => publicUrl,
    directory: linkDirectory,
    figures: linkLog,
    vault,
    tenants,
    audit,
    changed: directoryChanged,
    clock,
    log,
  });

  const remotes = new Remotes(linkDirectory);
  const line = new LinkLine({
    self: () => links.identity.id,
    remotes,
    bus,
    clock,
    log,
    newId: () => randomBytes(12).toString('base64url'),
  });

  // What the bus does.
  const newId = uuidv7Maker(Date.now, (bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>));
  const node: Bus = composeBus({
    installation,
    messageLog,
    outgoing: new PostgresOutgoing({ sql, directUrl, clock, log }),
    mailboxes,
    subscriptions,
    tenants,
    links: { remotes, log: linkLog, line },
    authenticator,
    bus,
    clock,
    log,
    newSessionId: () => randomBytes(9).toString('base64url'),
    newId,
    onDelivered: () => metrics.onDelivered(),
    onAccepted: (durable, recipients) => metrics.onAccepted(durable, recipients),
    onSendRefused: (principal, problem, to) => hooks.sendRefused(principal, problem, to),
  });
  const { delivery, intake, housekeeping } = node;
  const diagnosing = new Diagnosing({
    ...node,
    installation,
    tenants,
    keys,
    mailboxes,
    messageLog,
    subscriptions,
    webhooks: webhookDirectory,
    linkLog,
    line,
    clock,
  });
  const { traffic, doors } = linkTraffic({
    installation,
    ownUrl: ownUrl(settings),
    links,
    directory: linkDirectory,
    linkLog,
    remotes,
    line,
    transit: new PostgresTransit(sql),
    node,
    bus,
    changed: directoryChanged,
    clock,
    log,
  });
  const hooks = new TenantHooks({ installation, tenants, mailboxes, vault, egress, clock, log, newId });
  node.sessions.onChange((change) => hooks.sessionChanged(change));
  const webhooks = new Webhooks({
    directory: webhookDirectory,
    delivery,
    calls: node.calls,
    tenants,
    vault,
    egress,
    clock,
    log,
    nodeId: bus.nodeId,
    chance: Math.random,
  });
  const metrics = new Metrics({
    links: () => links.managed.list(),
    sessions: () => delivery.sessionCount,
    waiting: () => intake.waiting,
    nodes: () => bus.others() + 1,
    tenants: () => [...tenants.all()].length,
  });

  // A change of tenants, keys or revocations, wherever it was made.
  tenants.onChange(() => {
    mailboxes.clearCache();
    delivery.checkAll();
  });
  bus.subscribe((message) => {
    if (message.kind === 'webhook-changed') void webhooks.look();
    if (message.kind === 'directory-changed') void tenants.refresh().catch((error: unknown) => log.warn('the directory could not be read', { error }));
  });

  remotes.follow(tenants, (error) => log.warn('the links could not be read', { error }));
  await bus.start();
  await tenants.refresh();
  await remotes.refresh();
  await links.start();
  traffic.start();
  housekeeping.start();
  node.observatory.start();
  webhooks.start();
  await node.mover?.start();

  return {
    clock,
    log,
    directory,
    tenants,
    tokenSettings,
    vault,
    egress,
    webhookDirectory,
    browsing,
    webhooks,
    links,
    linkDoors: doors,
    traffic,
    /** Told once the port is known. */
    reachedAt: (url: string) => {
      publicUrl = url;
    },
    keys,
    keyMaker: KEY_MAKER,
    administratorDirectory,
    administrators,
    oidcSignIn,
    authenticator,
    tokens,
    mailboxes,
    messageLog,
    storeFigures,
    audit,
    bus,
    node,
    diagnosing,
    sessions: node.sessions,
    delivery,
    intake,
    metrics,
    /** After the sessions have ended: writes what is left and lets go of Postgres. */
    close: async () => {
      links.stop();
      await traffic.stop();
      housekeeping.stop();
      node.observatory.stop();
      hooks.close();
      egress.close();
      await node.mover?.stop();
      upkeep.stop();
      await browsing.all.close();
      await node.presence.close();
      await authenticator.close();
      await bus.close();
      await Promise.all([sql.end(), lazySql.end(), dataSource.destroy()]);
    },
  };
}
