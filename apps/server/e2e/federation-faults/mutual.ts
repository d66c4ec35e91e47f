import { FaultProxy, type LinkedServers, linkConnected, linkServers, TestPostgres, TestServer, type TestTenant } from '@vestnik/testing';

/** Two installations that can both dial the other, each through a proxy of its own, with a tenant that accepts the other's. */
export interface Mutual {
  readonly postgres: TestPostgres;
  readonly hq: TestServer;
  readonly branch: TestServer;
  /** Stands before the head office: the branch dials it. */
  readonly toHq: FaultProxy;
  readonly toBranch: FaultProxy;
  readonly link: LinkedServers;
  readonly accounting: TestTenant;
  readonly warehouse: TestTenant;
  close(): Promise<void>;
}

export async function mutual(): Promise<Mutual> {
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
    const postgres = await begin(TestPostgres.start());
    // The port of a server is known once it is there, that of its proxy before.
    const [toHq, toBranch] = await Promise.all([begin(FaultProxy.start({ port: 9 })), begin(FaultProxy.start({ port: 9 }))]);
    const server = async (installation: string, proxy: FaultProxy) => {
      const environment = { VESTNIK_PUBLIC_URL: proxy.through('http://127.0.0.1') };
      const started = await begin(TestServer.start({ installation, environment, databaseUrl: await postgres.createDatabase(), readyWithinMs: 60_000 }));
      proxy.redirect(started.port);
      return started;
    };
    const hq = await server('hq', toHq);
    const branch = await server('branch-7', toBranch);
    const link = await linkServers(hq, branch);
    const accounting = await hq.createTenant('accounting', { accepts: ['*@*.branch-7'] });
    const warehouse = await branch.createTenant('warehouse', { accepts: ['*@*.hq'] });
    return { postgres, hq, branch, toHq, toBranch, link, accounting, warehouse, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Resolves when both ends say that they are connected. */
export async function bothConnected({ hq, branch, link }: Pick<Mutual, 'hq' | 'branch' | 'link'>, withinMs = 30_000): Promise<void> {
  await Promise.all([linkConnected(hq, link.accepting, withinMs), linkConnected(branch, link.inviting, withinMs)]);
}
