import {
  FaultProxy,
  type LinkedServers,
  linkConnected,
  linkSeen,
  linkServers,
  TestPostgres,
  TestServer,
  type TestServerOptions,
  untilAsked,
} from '@vestnik/testing';

/** Two installations that are linked through a proxy: the branch dials the head office. `up` is from the branch to the head office. */
export interface TwoHouses {
  readonly hq: TestServer;
  readonly branch: TestServer;
  readonly postgres: { readonly hq: TestPostgres; readonly branch: TestPostgres };
  readonly databases: { readonly hq: string; readonly branch: string };
  readonly proxy: FaultProxy;
  readonly link: LinkedServers;
  close(): Promise<void>;
}

export interface TwoHousesOptions {
  readonly server?: TestServerOptions;
  /** Only that of the branch; default as {@link server}. */
  readonly branch?: TestServerOptions;
  /** A Postgres of its own for each, so that one of them can be killed. */
  readonly apart?: boolean;
  readonly postgres?: Readonly<Record<string, string>>;
}

/** Starts two installations and links them. */
export async function twoHouses(options: TwoHousesOptions = {}): Promise<TwoHouses> {
  const begun: { close(): Promise<unknown> }[] = [];
  const begin = async <Part extends { close(): Promise<unknown> }>(part: Promise<Part>): Promise<Part> => {
    const started = await part;
    begun.push(started);
    return started;
  };
  const close = async () => {
    for (const part of begun.splice(0).reverse()) await part.close();
  };
  try {
    const settings = { settings: options.postgres };
    const first = await begin(TestPostgres.start(settings));
    const postgres = { hq: first, branch: options.apart === true ? await begin(TestPostgres.start(settings)) : first };
    const databases = { hq: await postgres.hq.createDatabase(), branch: await postgres.branch.createDatabase() };
    const [hq, branch] = await Promise.all([
      begin(TestServer.start({ ...options.server, installation: 'hq', databaseUrl: databases.hq })),
      begin(TestServer.start({ ...(options.branch ?? options.server), installation: 'branch-7', databaseUrl: databases.branch })),
    ]);
    const proxy = await begin(FaultProxy.start({ port: hq.port }));
    const link = await linkServers(hq, branch, { through: proxy });
    return { hq, branch, postgres, databases, proxy, link, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Cuts the line, and resolves when both ends have noticed. */
export async function cut({ hq, branch, proxy, link }: TwoHouses): Promise<void> {
  proxy.refuse();
  proxy.reset();
  await Promise.all([disconnected(hq, link.accepting), disconnected(branch, link.inviting)]);
}

/** Mends the line, and resolves when both ends are connected again. */
export async function mend({ hq, branch, proxy, link }: TwoHouses, withinMs = 30_000): Promise<void> {
  proxy.heal();
  await Promise.all([linkConnected(hq, link.accepting, withinMs), linkConnected(branch, link.inviting, withinMs)]);
}

function disconnected(server: TestServer, link: string): Promise<unknown> {
  return untilAsked(`${server.installation} has noticed`, async () => !(await linkSeen(server, link)).connected);
}

/** Copies the base of the head office, which goes down for it, as a backup does. */
export async function backUp({ hq, postgres, databases }: TwoHouses): Promise<void> {
  await hq.stop();
  await postgres.hq.query(`create database saved template ${nameOf(databases.hq)}`);
  await hq.startAgain();
}

/** Puts the copy in the place of the base: what was written since is gone. */
export async function restore({ hq, postgres, databases }: TwoHouses): Promise<void> {
  await hq.kill();
  await postgres.hq.query(`drop database ${nameOf(databases.hq)} with (force)`);
  await postgres.hq.query(`create database ${nameOf(databases.hq)} template saved`);
  await hq.startAgain();
}

function nameOf(databaseUrl: string): string {
  return /@localhost\/([^?]*)/.exec(databaseUrl)?.[1] ?? '';
}
