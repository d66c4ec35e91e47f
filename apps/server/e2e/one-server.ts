import { TestServer, type TestServerOptions, type TestTenant } from '@vestnik/testing';
import { afterAll, beforeAll } from 'vitest';

/** A node for all tests of one file; each test makes tenants of its own. */
export interface OneServer {
  readonly server: TestServer;
  /** A new tenant with a name that nobody has used yet. */
  tenant(settings?: Readonly<Record<string, unknown>>): Promise<TestTenant>;
}

export function oneServer(options?: () => Promise<TestServerOptions> | TestServerOptions): OneServer {
  let server: TestServer | undefined;
  let tenants = 0;
  beforeAll(async () => {
    server = await TestServer.start(await options?.());
  });
  afterAll(() => server?.close());
  return {
    get server() {
      if (server === undefined) throw new Error('the server is not up yet');
      return server;
    },
    tenant(settings) {
      return this.server.createTenant(`t${++tenants}`, settings);
    },
  };
}
