import { isIP } from 'node:net';
import { isLoopback, type RoleRule, readRoleRule } from '@vestnik/auth';
import { z } from 'zod';

/*
 * Every setting of a node. To add one, add a line here: the environment
 * variable, the line of vestnik.yaml, the check at start and the manual follow.
 *
 * What depends on other settings or on where the process runs is optional here
 * and worked out in load-settings.ts.
 */

const text = () => z.string({ error: 'must be a text' }).trim().min(1, 'must not be empty');

/** From the environment everything comes as text; from a file as what it is. */
const wholeNumber = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value),
    z.int({ error }).min(least, error).max(most, error),
  );
};

const WORDS: Readonly<Record<string, boolean>> = { true: true, yes: true, on: true, '1': true, false: false, no: false, off: false, '0': false };
const yesOrNo = () =>
  z.preprocess((value) => (typeof value === 'string' ? (WORDS[value.trim().toLowerCase()] ?? value) : value), z.boolean({ error: 'must be true or false' }));

const url = (schemes: readonly string[]) =>
  text().refine((value) => schemes.includes(schemeOf(value) ?? ''), {
    error: `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

const networks = () =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(/[\s,]+/).filter((word) => word !== '') : value),
    z.array(z.string().refine(isNetwork, { error: (issue) => `"${issue.input}" is not a network such as 10.0.0.0/8 or ::1/128` }), {
      error: 'must be a list of networks',
    }),
  );

/** Commas between them; in a file a list, where a value has commas of its own. */
const roleRules = () =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((word) => word.trim() !== '') : value),
    z
      .array(
        z.string().transform((text, context): RoleRule => {
          const rule = readRoleRule(text);
          if (typeof rule !== 'string') return rule;
          context.addIssue({ code: 'custom', message: rule });
          return z.NEVER;
        }),
        { error: 'must be a list of rules such as groups:support=viewer@sales' },
      )
      .min(1, 'must name at least one rule'),
  );

const words = () =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(/[\s,]+/).filter((word) => word !== '') : value),
    z.array(z.string(), { error: 'must be a list of words' }),
  );

/** Kept out of everything that is shown; may be given as a file. */
const SECRET = { secret: true } as const;

export const settingsSchema = z.strictObject({
  port: wholeNumber(0, 65_535).default(8378).describe('The port for everything: HTTP, WebSocket, Socket.IO, the console. 0 takes a free one.'),
  host: text()
    .default('127.0.0.1')
    .describe('The address to listen on. `127.0.0.1` is reached from this machine only, `0.0.0.0` from everywhere; put TLS in front then.'),
  publicUrl: url(['http', 'https'])
    .transform(withoutSlash)
    .optional()
    .describe('How others reach this installation, behind a proxy for example. Without it made of host and port.'),
  dataDir: text()
    .default('./data')
    .describe('Where the embedded Postgres, the secret key and `first-run.txt` are kept. Relative to the directory that the node is started in.'),
  installation: text()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be like a DNS label: small Latin letters, digits and "-", up to 63')
    .default('local')
    .describe(
      'The name of this installation in addresses (`ivanov@accounting.hq`). Fixed at the first start: with another name later the node does not start.',
    ),
  databaseUrl: url(['postgres', 'postgresql'])
    .optional()
    .describe('Where Postgres (13 or newer) is. Without it an embedded Postgres is started in the data directory.')
    .meta(SECRET),
  databaseDirectUrl: url(['postgres', 'postgresql'])
    .optional()
    .describe(
      'The same database past a connection pooler such as PgBouncer, for what needs a session of its own: LISTEN, locks, migrations. Without it `databaseUrl`.',
    )
    .meta(SECRET),
  poolSize: wholeNumber(4, 200).default(10).describe('Connections to Postgres that one node keeps open at most.'),
  postgresBin: text()
    .optional()
    .describe(
      'The folder of `initdb` and `postgres` to run as the embedded Postgres, instead of the one that is installed with Vestnik. For systems that it does not run on, such as Alpine.',
    ),
  redisUrl: url(['redis', 'rediss'])
    .optional()
    .describe('Where Redis is, for many nodes. Not used by this version yet: its nodes tell each other what happens over Postgres.')
    .meta(SECRET),
  adminKey: text()
    .min(32, 'must have 32 characters or more')
    .optional()
    .describe("An administrator's key that is given from outside, 32 characters or more.")
    .meta(SECRET),
  secretKey: text()
    .refine(isKey, 'must be 32 bytes in base64, such as from: openssl rand -base64 32')
    .optional()
    .describe(
      '32 bytes in base64. What must be read back (JWT and webhook secrets, link keys) is stored encrypted under it: lose it and they are lost. Without it one is made in the data directory.',
    )
    .meta(SECRET),
  trustedProxies: networks().default([]).describe('Networks of the proxies in front of the node. `X-Forwarded-*` is read from these only.'),
  egressAllow: networks()
    .default([])
    .describe(
      'Private networks that the bus may fetch from for a tenant; others that are loopback, private, link-local or metadata services are refused. There plain http is taken too.',
    ),
  maxConnections: wholeNumber(10, 1_000_000).default(50_000).describe('Connections that one node takes at most; more are answered 503.'),
  maxConnectionsPerAddress: wholeNumber(1, 1_000_000)
    .default(20_000)
    .describe('Connections that one node takes from one network address at most; trusted proxies are not counted.'),
  metricsPort: wholeNumber(0, 65_535)
    .optional()
    .describe("A port of its own for `/metrics`, without a key. On the main port `/metrics` asks for an administrator's key."),
  oidcIssuer: url(['https', 'http'])
    .refine((value) => value.startsWith('https:') || isLoopback(new URL(value)), 'must be https: in plain only to this machine')
    .optional()
    .describe(
      'Where administrators may sign in besides: the issuer of an OpenID provider, as its `/.well-known/openid-configuration` names it. Give it `<public URL>/v1/session/oidc/callback` as the redirect URI.',
    ),
  oidcClientId: text().optional().describe('Under which name the OpenID provider knows this installation.'),
  oidcClientSecret: text().optional().describe('The secret that goes with it.').meta(SECRET),
  oidcRoles: roleRules()
    .optional()
    .describe(
      'Who may do what, by what the OpenID provider says of them: `claim:value=role` for the whole installation, `claim:value=role@tenant` for one tenant, commas between rules: `groups:vestnik-owners=owner,groups:support=viewer@sales`. A claim may be a path (`realm_access.roles`). Nobody without a rule that fits gets in.',
    ),
  oidcScopes: words()
    .default(['openid', 'profile', 'email'])
    .describe('What the OpenID provider is asked for; some tell groups only for a scope of their own.'),
  oidcTitle: text()
    .max(60, 'must have 60 characters at most')
    .default('OpenID')
    .describe('What stands on the button by which one signs in at the OpenID provider.'),
  demo: yesOrNo()
    .optional()
    .describe('Whether the first start makes the tenant `demo`, with a key. Without it: yes with the embedded Postgres, no with another.'),
  log: z
    .enum(['pretty', 'json'], { error: 'must be pretty or json' })
    .optional()
    .describe('`pretty` for people, `json` for programs. Without it `pretty` on a terminal, else `json`.'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'], { error: 'must be trace, debug, info, warn, error or fatal' })
    .default('info')
    .describe('How much is logged: this level and what is graver.'),
});

export type SettingName = keyof typeof settingsSchema.shape;

export const SETTING_NAMES = Object.keys(settingsSchema.shape) as readonly SettingName[];

/** What was given, checked, with the defaults that are fixed. */
export type GivenSettings = z.output<typeof settingsSchema>;

/** The settings of a node, each with its value. */
export interface Settings extends Omit<GivenSettings, 'publicUrl' | 'secretKey' | 'demo' | 'log'> {
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** An absolute path. */
  readonly dataDir: string;
  /** 32 bytes. */
  readonly secretKey: Buffer;
  readonly demo: boolean;
  readonly log: 'pretty' | 'json';
}

/** What settings belong to, for people who look for one. */
const GROUPS: Readonly<Record<SettingName, string>> = {
  port: 'network',
  host: 'network',
  publicUrl: 'network',
  dataDir: 'storage',
  installation: 'installation',
  databaseUrl: 'storage',
  databaseDirectUrl: 'storage',
  poolSize: 'storage',
  postgresBin: 'storage',
  redisUrl: 'storage',
  adminKey: 'security',
  secretKey: 'security',
  trustedProxies: 'network',
  egressAllow: 'security',
  maxConnections: 'limits',
  maxConnectionsPerAddress: 'limits',
  metricsPort: 'network',
  oidcIssuer: 'sign-in',
  oidcClientId: 'sign-in',
  oidcClientSecret: 'sign-in',
  oidcRoles: 'sign-in',
  oidcScopes: 'sign-in',
  oidcTitle: 'sign-in',
  demo: 'installation',
  log: 'log',
  logLevel: 'log',
};

export function groupOf(name: SettingName): string {
  return GROUPS[name];
}

/** Whether the value must not be shown. */
export function isSecret(name: SettingName): boolean {
  return settingsSchema.shape[name].meta()?.secret === true;
}

/** These have names that other programs use too. */
const NAMES_OF_OTHERS: Partial<Readonly<Record<SettingName, string>>> = {
  databaseUrl: 'DATABASE_URL',
  databaseDirectUrl: 'DATABASE_DIRECT_URL',
  redisUrl: 'REDIS_URL',
};

/** `dataDir` is `VESTNIK_DATA_DIR`. */
export function environmentName(name: SettingName): string {
  return NAMES_OF_OTHERS[name] ?? `VESTNIK_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Postgres's own URLs may have no host: a socket's folder is a parameter then (`postgresql://user@/base?host=/run/postgresql`). */
function schemeOf(value: string): string | undefined {
  const withHost = value.replace(/^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)(?=[/?])/, '$1localhost');
  return URL.canParse(withHost) ? new URL(withHost).protocol.slice(0, -1) : undefined;
}

function withoutSlash(value: string): string {
  return value.replace(/\/+$/, '');
}

function isNetwork(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

function isKey(value: string): boolean {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(value) && Buffer.from(value, 'base64').length === 32;
}
