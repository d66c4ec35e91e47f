import { CallError, type TransportName, VestnikClient } from '@vestnik/client';
import { linkServers, TestServer, type TestTenant, untilAsked } from '@vestnik/testing';
import { Endpoint } from '../webhooks/endpoint.js';

/** Data as somebody would send it who means harm. Where it is shown it must be text: `window.smuggled` stays undefined. */
export const SMUGGLED = '<img src=x onerror="window.smuggled=1"><script>window.smuggled=1</script>';

/** One message of each state, by its id; sent by the backend of `sales`. */
export const MESSAGE_STATES = ['acknowledged', 'read', 'delivered', 'queued', 'refused', 'expired', 'withdrawn', 'collapsed', 'scheduled'] as const;
export type LoadedState = (typeof MESSAGE_STATES)[number];

/** What there is to see, by the names that tests look for. */
export interface RealLoad {
  /** «Отдел продаж»: most of what happens. Its clients: `ivanov`, `петрова`, `dispatcher` (online), `kassa-12` (behind), `склад-3` (offline). */
  readonly sales: TestTenant;
  /** `Warehouse & dock`: accepts sales; its webhooks: `shop` takes, `crm` fails, `старая-1С` is paused. */
  readonly warehouse: TestTenant;
  /** Suspended, and its title looks like a script. */
  readonly partner: TestTenant;
  /** The other installation, `branch-7`, linked; it has a tenant `sales` with a client `filial`. */
  readonly branch: TestServer | undefined;
  readonly messages: Readonly<Record<LoadedState, string>>;
  /** One that `filial` in the other installation has acknowledged; undefined where there is none. */
  readonly acrossLink: string | undefined;
  /** Its data is {@link SMUGGLED}, and so is what `ivanov` says of why it was refused. */
  readonly smuggled: string;
  /** Cuts the branch off: its link goes down. */
  cutBranch(): Promise<void>;
  close(): Promise<void>;
}

export interface RealLoadOptions {
  /** Start a second installation and link both; takes some seconds more. */
  readonly linked?: boolean;
}

/**
 * Fills a server with what an installation has in it: sessions over each transport, messages in all states, dead letters,
 * webhooks that take, fail and are paused, calls, topics, scheduled messages, and another installation.
 *
 * All of it is made through the public API, and really there: nothing is written past it.
 */
export async function realLoad(server: TestServer, { linked = true }: RealLoadOptions = {}): Promise<RealLoad> {
  const load = new Load(server);
  try {
    return await load.make(linked);
  } catch (error) {
    await load.close();
    throw error;
  }
}

const HOUR_MS = 3_600_000;

class Load {
  private readonly clients: VestnikClient[] = [];
  private readonly endpoints: Endpoint[] = [];
  private branch: TestServer | undefined;
  /** Of `петрова`. */
  private reader: VestnikClient | undefined;

  constructor(private readonly server: TestServer) {}

  async make(linked: boolean): Promise<RealLoad> {
    const { server } = this;
    const branching = linked ? this.linkBranch() : undefined;
    const [sales, warehouse, partner] = await Promise.all([
      server.createTenant('sales', { title: 'Отдел продаж', accepts: ['*@warehouse', '*@*.branch-7'] }),
      server.createTenant('warehouse', { title: 'Warehouse & dock', accepts: [{ from: '*@sales', allow: ['send', 'call', 'presence'] }] }),
      server.createTenant('partner', { title: SMUGGLED }),
    ]);
    await Promise.all([this.people(sales), this.webhooks(warehouse), branching]);
    const messages = await this.messages(sales);
    await Promise.all([this.topics(sales), this.calls(sales), this.deadLetters(sales), this.backlog(sales)]);
    await done(server.api('PATCH', '/v1/tenants/partner', { suspended: true }));
    const smuggled = await this.smuggled(sales);
    const acrossLink = this.branch === undefined ? undefined : await this.acrossLink(sales);
    return {
      sales,
      warehouse,
      partner,
      branch: this.branch,
      messages,
      acrossLink,
      smuggled,
      cutBranch: async () => {
        await this.branch?.kill();
      },
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    for (const endpoint of this.endpoints) endpoint.close();
    await this.branch?.close();
  }

  private async linkBranch(): Promise<void> {
    this.branch = await TestServer.start({ installation: 'branch-7' });
    const sales = await this.branch.createTenant('sales', { title: 'Филиал № 7', accepts: ['*@*.*'] });
    await linkServers(this.server, this.branch);
    await this.connect(sales, 'filial', 'websocket', 'Kassa 4.2.1');
  }

  /** Who is there: over each transport, with names and programs in both languages. */
  private async people(sales: TestTenant): Promise<void> {
    this.reader = await this.connect(sales, 'петрова', 'sse', '1С:Предприятие 8.3');
    await Promise.all([
      this.connect(sales, 'ivanov', 'websocket', 'Kassa 4.2.1'),
      this.connect(sales, 'dispatcher', 'long-poll', 'tablet 2.0'),
      this.connect(sales, 'kassa-12', 'websocket', 'Kassa 3.9.0', { acknowledge: false, window: 5, device: 'till' }),
      this.connect(sales, 'scanner', 'websocket', 'Scanner 1.4', { device: 'Зебра-TC21' }),
    ]);
    await done(sales.api('PUT', '/subscriptions', { topic: 'orders/+', client: 'склад-3' }));
    await this.title(sales, 'ivanov', 'Иванов Иван, касса № 4');
    await this.title(sales, 'kassa-12', 'Till 12, second floor');
    await this.title(sales, 'scanner', SMUGGLED);
  }

  private async title(tenant: TestTenant, client: string, title: string): Promise<void> {
    await done(tenant.api('PATCH', `/clients/${encodeURIComponent(client)}`, { title }));
  }

  private async connect(tenant: TestTenant, name: string, transport: TransportName, app: string, extra: object = {}): Promise<VestnikClient> {
    const client = new VestnikClient({
      url: tenant.node.url,
      tenant: tenant.name,
      token: () => tenant.mint(name),
      transports: [transport],
      app,
      reconnectDelayMs: () => 500,
      ...extra,
    });
    this.clients.push(client);
    client.onMessage((message) => {
      const { refuse } = (message.data ?? {}) as { refuse?: string };
      if (refuse !== undefined) throw new Error(refuse);
    });
    client.handle('price', () => ({ price: 1990, currency: 'RUB' }));
    client.handle('print', () => {
      throw new CallError(17, 'нет бумаги');
    });
    client.handle('wait', (_params, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(null))));
    // What fails on closing is nobody's business.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  private async messages(sales: TestTenant): Promise<Readonly<Record<LoadedState, string>>> {
    const order = (number: number) => ({ order: `A-${number}`, сумма: 1990.5, lines: [{ article: 'Болт М8', count: 40 }], urgent: true });
    const send = async (to: string, extra: object = {}) =>
      (await sales.send({ to, type: 'order.approved', data: order(17), correlationId: 'order-A-17', receipt: true, ...extra })).id;
    const collapseKey = 'price-list';
    const messages = {
      acknowledged: await send('ivanov'),
      read: await send('петрова'),
      delivered: await send('kassa-12'),
      queued: await send('склад-3'),
      refused: await send('ivanov', { data: { refuse: 'нет такого товара' } }),
      expired: await send('склад-3', { ttl: 1 }),
      withdrawn: await send('склад-3'),
      collapsed: await send('склад-3', { collapseKey }),
      scheduled: await send('ivanov', { deliverAt: new Date(Date.now() + HOUR_MS).toISOString() }),
    };
    await send('склад-3', { collapseKey });
    await done(sales.api('DELETE', `/messages/${messages.withdrawn}`));
    await this.inState(sales, messages.acknowledged, 'acknowledged');
    await this.inState(sales, messages.read, 'acknowledged');
    await this.reader?.read(messages.read);
    for (const state of ['read', 'delivered', 'refused', 'expired', 'withdrawn', 'collapsed'] as const) await this.inState(sales, messages[state], state);
    for (let hours = 2; hours < 14; hours++) {
      await send(hours % 2 === 0 ? 'ivanov' : 'склад-3', { type: 'reminder', deliverAt: new Date(Date.now() + hours * HOUR_MS).toISOString() });
    }
    await sales.send({ to: ['ivanov', 'петрова', 'склад-3'], type: 'shift.opened', data: 'смена № 4' });
    await sales.send({ to: 'ivanov', type: 'picture', data: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]).toString('base64'), contentType: 'image/png' });
    return messages;
  }

  private async acrossLink(sales: TestTenant): Promise<string> {
    const { id } = await sales.send({ to: 'filial@sales.branch-7', type: 'order.moved', data: { order: 'A-19' } });
    await this.inState(sales, id, 'acknowledged');
    return id;
  }

  private inState(tenant: TestTenant, id: string, state: string): Promise<unknown> {
    return untilAsked(`the message is ${state}`, async () => {
      const { body } = await tenant.api('GET', `/messages/${id}`);
      return (body.to as { state: string }[] | undefined)?.[0]?.state === state;
    });
  }

  private async smuggled(sales: TestTenant): Promise<string> {
    const { id } = await sales.send({ to: 'ivanov', type: 'note', data: { refuse: SMUGGLED, html: SMUGGLED }, correlationId: SMUGGLED });
    await this.inState(sales, id, 'refused');
    return id;
  }

  /** So that one is behind and one has a lot waiting. */
  private async backlog(sales: TestTenant): Promise<void> {
    for (const [to, count] of [
      ['kassa-12', 60],
      ['склад-3', 25],
    ] as const) {
      const messages = Array.from({ length: count }, (_, at) => ({ to, type: 'stock.changed', data: { article: `Болт М${at}`, left: at } }));
      await done(sales.api('POST', '/messages/batch', { messages }));
    }
  }

  private async deadLetters(sales: TestTenant): Promise<void> {
    for (const [reason, count] of [
      ['out of paper', 7],
      ['нет связи с 1С', 3],
      ['unknown article', 1],
    ] as const) {
      for (let at = 0; at < count; at++) await sales.send({ to: at % 2 === 0 ? 'ivanov' : 'dispatcher', type: 'print.label', data: { refuse: reason, at } });
    }
    await untilAsked('the dead letters are there', async () => ((await sales.api('GET', '/dead-letters')).body.items as unknown[] | undefined)?.length === 12);
  }

  private async topics(sales: TestTenant): Promise<void> {
    for (const [topic, client] of [
      ['orders/new', 'ivanov'],
      ['orders/new', 'петрова'],
      ['news', 'dispatcher'],
      ['склад/остатки', 'kassa-12'],
    ] as const) {
      await done(sales.api('PUT', '/subscriptions', { topic, client }));
    }
    await sales.send({ to: '#orders/new', type: 'order.new', data: { order: 'A-18' } });
    await sales.send({ to: '#склад/остатки', type: 'stock', data: { 'Болт М8': 120 }, retain: true });
    await sales.send({ to: '*', type: 'news', data: 'С понедельника новые цены' });
  }

  /** Answered, failed with the client's own error, to somebody who is not there, and one that is still open. */
  private async calls(sales: TestTenant): Promise<void> {
    const call = (to: string, method: string, extra: object = {}) => sales.api('POST', '/calls', { to, method, params: { article: 'Болт М8' }, ...extra });
    await Promise.all([call('ivanov', 'price'), call('ivanov', 'price'), call('dispatcher', 'price'), call('ivanov', 'print'), call('склад-3', 'price')]);
    call('ivanov', 'wait', { timeout: 120 }).catch(() => undefined);
    await call('ivanov', 'wait', { timeout: 0.3 });
  }

  /** One that takes, one that is away, one that says that it is gone for good. */
  private async webhooks(warehouse: TestTenant): Promise<void> {
    const state: Readonly<Record<string, string>> = { shop: 'active', crm: 'failing', 'старая-1С': 'paused' };
    for (const [client, status] of [
      ['shop', 204],
      ['crm', 500],
      ['старая-1С', 410],
    ] as const) {
      const endpoint = await Endpoint.open();
      this.endpoints.push(endpoint);
      endpoint.reply = () => ({ status });
      const path = `/clients/${encodeURIComponent(client)}/webhook`;
      await done(warehouse.api('PUT', path, { url: endpoint.url }));
      for (let at = 0; at < 4; at++) await warehouse.send({ to: client, type: 'shipment', data: { number: at } });
      await untilAsked(`the webhook of ${client} is ${state[client]}`, async () => (await warehouse.api('GET', path)).body.state === state[client]);
    }
  }
}

/** @throws Error unless it succeeded */
async function done(asked: ReturnType<TestServer['api']>): Promise<void> {
  const { status, text } = await asked;
  if (status >= 300) throw new Error(`${status} ${text}`);
}
