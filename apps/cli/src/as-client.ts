import { errorFromRpc, type Methods, type TokenSource, VestnikClient } from '@vestnik/client';
import { explain } from './cli-error.js';
import type { Context } from './command-context.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { HttpApi, tenantPath } from './http-api.js';

export const AS_OPTION = ['--as <client>', 'as this client, with a token minted for it (default: the key’s own client)'] as const;

/**
 * What opens the bus for a client. With a tenant's key a token is minted for it, anew whenever one is needed; a
 * client's token is used as it is.
 *
 * @param client absent: whoever the key speaks for
 */
export function tokenFor({ access, tenantApi }: Context, client: string | undefined): TokenSource {
  const key = access.tenantKey();
  if (client === undefined || !key.startsWith('vk_')) return key;
  const api = tenantApi();
  return async () => {
    const { token } = (await api.request('POST', tenantPath(access.tenant, 'tokens'), { client })) as { token: string };
    return token;
  };
}

/** Calls one method of the bus for a client that has no session. */
export async function callAs<Method extends keyof Methods>(
  context: Context,
  client: string | undefined,
  method: Method,
  params: Methods[Method]['params'],
): Promise<Methods[Method]['result']> {
  const { access } = context;
  const token = tokenFor(context, client);
  const api = new HttpApi(access.url, typeof token === 'string' ? token : await token());
  const answer = await api.request('POST', tenantPath(access.tenant, 'rpc'), { jsonrpc: '2.0', id: 1, method, params });
  const { result, error } = (answer ?? {}) as { result?: unknown; error?: unknown };
  if (error !== undefined) throw errorFromRpc(error);
  return result as Methods[Method]['result'];
}

/** What the bus takes as `app`. */
const APP_CHARACTERS = 128;

interface Held {
  readonly client: VestnikClient;
  /** Ends the command. */
  readonly finish: (exitCode: ExitCode) => void;
}

interface Holding {
  /** Whom it is for, and what it is doing: `listening as ivanov@demo.hq`. */
  readonly doing: string;
  readonly name?: string;
  readonly device?: string;
  readonly acknowledge?: boolean;
  /** It is here for something else than messages: those stay where they are. */
  readonly bystander?: true;
  readonly closeTimeoutMs?: number;
  /** Told when it is interrupted, before it ends. Of a second interruption too. */
  readonly interrupted?: (times: number) => void;
}

/**
 * Holds a session until it is interrupted, or finishes, or the bus ends it; tells of the connection beside the results.
 *
 * @param begin adds the handlers, before it connects
 * @param connected called when there is a session, once
 */
export async function holdSession(
  context: Context,
  { doing, name, device, bystander, acknowledge = bystander !== true, closeTimeoutMs, interrupted }: Holding,
  begin: (held: Held) => void,
  connected?: (held: Held) => Promise<void>,
): Promise<ExitCode> {
  const { access, around, output } = context;
  const app = `vestnik ${doing}`.slice(0, APP_CHARACTERS);
  const token = tokenFor(context, name);
  const window = bystander === true ? 1 : undefined;
  const client = new VestnikClient({ url: access.url, tenant: access.tenant, token, device, window, acknowledge, app, closeTimeoutMs });
  // Else those that are kept nowhere would gather here.
  if (bystander === true) client.onMessage(() => undefined);
  let finish: (exitCode: ExitCode) => void = () => undefined;
  const finished = new Promise<ExitCode>((resolve) => {
    finish = resolve;
  });
  let interruptions = 0;
  const interrupt = () => {
    interruptions += 1;
    interrupted?.(interruptions);
    finish(EXIT.ok);
  };
  around.on('SIGINT', interrupt);
  around.on('SIGTERM', interrupt);

  client.on('gap', ({ reason, from, to }) => output.remark(`messages may be missing between ${from} and ${to} (${reason})`));
  client.on('error', (error) => output.remark(error.message));
  let connectedBefore = false;
  client.on('connected', ({ client: address = name ?? 'the key’s own client', missed = 0, transport }) => {
    const way = transport === 'websocket' ? '' : `, over ${transport}`;
    output.remark(`${connectedBefore ? 'connected again' : doing} as ${address}${missed > 0 ? `, ${missed} waiting` : ''}${way}`);
    connectedBefore = true;
  });
  client.on('disconnected', ({ reconnectInMs, error }) => {
    if (!connectedBefore) return;
    if (reconnectInMs !== undefined) {
      output.remark(`disconnected (${error.detail === '' ? error.slug : error.detail}), again in ${(reconnectInMs / 1000).toFixed(1)} s`);
      return;
    }
    const told = explain(error, { what: 'the bus ended the session', url: access.url });
    output.error(told);
    finish(told.exitCode);
  });

  try {
    begin({ client, finish });
    await Promise.race([client.connect({ attempts: 1 }), finished]);
    await Promise.race([connected?.({ client, finish }), finished]);
    return await finished;
  } finally {
    await client.close();
    around.off('SIGINT', interrupt);
    around.off('SIGTERM', interrupt);
  }
}
