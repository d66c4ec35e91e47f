const DAY_MS = 24 * 3600 * 1000;

/** What a page of the console asks of the server. */
export interface Asks {
  /** Below /console. */
  readonly page: string;
  readonly paths: readonly string[];
}

export type Ask = (path: string) => Promise<{ readonly status: number; readonly body: Answer }>;

export interface Answer {
  readonly items?: readonly Item[];
  readonly next?: string;
  readonly asOf?: string;
}

interface Item {
  readonly id?: string;
  readonly client?: string;
  readonly name?: string;
  readonly tenant?: string;
  readonly reason?: string;
  readonly topic?: string;
}

/** Of what `fill` has made: what there is of each kind, so that it can be asked for. */
export interface Picked {
  /** In the tenant `large`: the client that is furthest behind. */
  readonly client: string;
  readonly message: string | undefined;
  readonly everyone: string | undefined;
  readonly letter: { readonly tenant: string; readonly id: string; readonly reason: string } | undefined;
  readonly hook: string | undefined;
}

export async function pick(ask: Ask): Promise<Picked> {
  const first = async (path: string) => (await ask(path)).body.items?.[0];
  const [client, message, everyone, letter, hook] = await Promise.all([
    first('/v1/clients?sort=behind&limit=1&tenant=large'),
    first('/v1/messages?limit=1&tenant=large&type=order.approved'),
    first('/v1/messages?to=*@large&limit=1'),
    first('/v1/dead-letters?limit=1&tenant=large'),
    first('/v1/webhooks?limit=1&tenant=large'),
  ]);
  return {
    client: client?.client ?? 'client-0000042',
    message: message?.id,
    everyone: everyone?.id,
    letter: letter?.id === undefined ? undefined : { tenant: letter.tenant ?? 'large', id: letter.id, reason: letter.reason ?? '' },
    hook: hook?.client,
  };
}

/** Every GET that a page of the console makes, with the filters that people set, and a second page where lists are long. */
export async function asksOfPages(ask: Ask): Promise<Asks[]> {
  const { client, message, everyone, letter, hook } = await pick(ask);
  const ago = (days: number) => encodeURIComponent(new Date(Date.now() - days * DAY_MS).toISOString());
  const word = encodeURIComponent;
  const of = `/v1/tenants/large/clients/${client}`;
  const further = async (path: string) => {
    const { next } = (await ask(path)).body;
    return next === undefined ? [] : [`${path}${path.includes('?') ? '&' : '?'}cursor=${word(next)}`];
  };
  const address = (name: string, tenant: string) => word(`${name}@${tenant}`);

  return [
    { page: '/', paths: ['/v1/session', '/v1/stats', '/v1/nodes'] },
    {
      page: '/why',
      paths: [
        ...['send', 'call', 'presence'].map((use) => `/v1/diagnose?from=${address('server', 'large')}&to=${address(client, 'large')}&use=${use}`),
        `/v1/diagnose?from=${address('user-1', 'branch-7')}&to=${address(client, 'large')}&use=send`,
        `/v1/diagnose?from=${address('nobody', 'large')}&to=${address('no one', 'nowhere')}&use=send`,
        '/v1/clients?limit=50&sort=seen',
        '/v1/clients?search=server&limit=20',
      ],
    },
    {
      page: '/messages',
      paths: [
        '/v1/messages',
        ...(await further('/v1/messages')),
        ...(message === undefined ? [] : [`/v1/messages?id=${message}`]),
        '/v1/messages?correlationId=A-57',
        '/v1/messages?from=server@large',
        '/v1/messages?from=nobody@large',
        '/v1/messages?to=client-0000000@large',
        `/v1/messages?to=${client}@large`,
        '/v1/messages?to=*@large',
        '/v1/messages?to=anna@sales.branch-7',
        '/v1/messages?tenant=large',
        '/v1/messages?tenant=branch-7',
        '/v1/messages?type=order.approved',
        '/v1/messages?type=order.rare',
        '/v1/messages?type=none&tenant=large',
        ...['scheduled', 'queued', 'acknowledged', 'read', 'refused', 'expired'].map(
          (state) => `/v1/messages?state=${state}&until=${ago(state === 'scheduled' ? 0 : 1)}`,
        ),
        `/v1/messages?until=${ago(40)}`,
        `/v1/messages?tenant=large&since=${ago(41)}&until=${ago(40)}`,
        `/v1/messages?to=client-0000000@large&until=${ago(40)}`,
      ],
    },
    {
      page: '/messages/$id',
      paths: [
        ...(message === undefined ? [] : [`/v1/messages/${message}`, `/v1/messages/${message}/recipients`, `/v1/messages/${message}/data`]),
        ...(everyone === undefined ? [] : [`/v1/messages/${everyone}`, `/v1/messages/${everyone}/recipients`]),
      ],
    },
    {
      page: '/dead-letters',
      paths: [
        '/v1/dead-letters/groups',
        ...(await further('/v1/dead-letters/groups')),
        '/v1/dead-letters/groups?tenant=large',
        `/v1/dead-letters/groups?client=${client}`,
        '/v1/dead-letters',
        ...(await further('/v1/dead-letters')),
        '/v1/dead-letters?tenant=branch-7',
        ...(letter === undefined
          ? []
          : [
              `/v1/dead-letters?tenant=${letter.tenant}&reason=${word(letter.reason)}`,
              `/v1/dead-letters?reason=${word(letter.reason)}`,
              `/v1/tenants/${letter.tenant}/dead-letters/${letter.id}`,
            ]),
        '/v1/dead-letters?reason=nothing%20like%20it',
      ],
    },
    {
      page: '/scheduled',
      paths: [
        '/v1/scheduled',
        ...(await further('/v1/scheduled')),
        '/v1/scheduled?tenant=large',
        '/v1/scheduled?tenant=branch-7',
        '/v1/scheduled?to=client-0000042@large.bench',
        '/v1/scheduled?from=nobody@large.bench',
      ],
    },
    { page: '/calls', paths: ['/v1/calls?limit=200', '/v1/calls?failed=true&tenant=large'] },
    {
      page: '/webhooks',
      paths: [
        '/v1/webhooks',
        ...(await further('/v1/webhooks')),
        '/v1/webhooks?state=failing',
        '/v1/webhooks?state=paused&tenant=large',
        '/v1/webhooks?state=active&tenant=branch-7',
        '/v1/webhooks?search=shop-77.',
        `/v1/webhooks?search=${word('нет такого')}`,
      ],
    },
    {
      page: '/tenants',
      paths: [
        '/v1/tenants',
        ...(await further('/v1/tenants')),
        '/v1/tenants?search=office-49',
        `/v1/tenants?search=${word('офис 99')}`,
        '/v1/tenants?search=none',
      ],
    },
    {
      page: '/tenants/$tenant',
      paths: ['large', 'branch-7', 'office-0001'].flatMap((tenant) =>
        ['', '/usage', '/keys', '/topics', '/webhooks', '/dead-letters']
          .map((part) => `/v1/tenants/${tenant}${part}`)
          .filter((path) => !path.endsWith('/webhooks')),
      ),
    },
    {
      page: '/clients',
      paths: [
        ...['name', 'behind', 'seen'].flatMap((sort) => [
          `/v1/clients?sort=${sort}`,
          `/v1/clients?sort=${sort}&tenant=large`,
          `/v1/clients?sort=${sort}&search=client-0099999`,
          `/v1/clients?sort=${sort}&search=${word('кузнецов')}`,
          `/v1/clients?sort=${sort}&search=${word('нет такого')}`,
          `/v1/clients?sort=${sort}&behind=1000`,
          `/v1/clients?sort=${sort}&online=true`,
          `/v1/clients?sort=${sort}&online=false`,
        ]),
        ...(await further('/v1/clients?sort=behind')),
        '/v1/clients?dropped=true',
        '/v1/clients?app=none',
        '/v1/clients?transport=websocket&tenant=large',
      ],
    },
    {
      page: '/tenants/$tenant/clients/$client',
      paths: [
        of,
        `${of}/waiting`,
        ...(await further(`${of}/waiting`)),
        ...(hook === undefined ? [] : [`/v1/tenants/large/clients/${hook}`, `/v1/tenants/large/clients/${hook}/webhook`]),
      ],
    },
    {
      page: '/topics',
      paths: [
        '/v1/topics',
        ...(await further('/v1/topics')),
        '/v1/topics?tenant=large',
        '/v1/topics?search=stock/17/',
        '/v1/topics?tenant=branch-7&search=none',
        `/v1/tenants/large/topics/${word('orders/0/400')}/subscribers`,
        `/v1/tenants/branch-7/topics/${word('orders/0/400')}/subscribers`,
      ],
    },
    { page: '/links', paths: ['/v1/links', '/v1/links/keys'] },
    {
      page: '/audit',
      paths: [
        '/v1/audit',
        ...(await further('/v1/audit')),
        '/v1/audit?who=person-7',
        '/v1/audit?who=nobody',
        '/v1/audit?action=message.read',
        '/v1/audit?action=key.*',
        '/v1/audit?subject=client-0000042@large',
        '/v1/audit?search=client-0000042',
        '/v1/audit?search=none',
        `/v1/audit?since=${ago(10)}&until=${ago(9)}`,
      ],
    },
    { page: '/administrators', paths: ['/v1/administrators', '/v1/administrator-keys', '/v1/administrators/person-7/sessions'] },
    { page: '/settings', paths: ['/v1/settings'] },
    { page: '/sign-in', paths: ['/v1/session/ways', '/v1/openapi.json'] },
  ];
}
