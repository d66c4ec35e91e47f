import { isLabel, kept, LIMITS, nameSchema } from '@vestnik/protocol';
import { z } from 'zod';
import { webhookSecret } from '../webhooks/webhook-calls.js';
import { isOrigin, isOwnAddress, isTopicPattern, readAddressPattern } from './patterns.js';

const YEAR = 366 * 24 * 3600;
const LIST_MAX = 1_000;

const seconds = (most: number) => z.number('a number of seconds').int('whole seconds').min(1, 'at least 1 second').max(most, `at most ${most} seconds`);
const perSecond = z.number('a number').positive('more than 0').max(1_000_000, 'at most 1,000,000');
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item, 'a list').max(LIST_MAX, `at most ${LIST_MAX}`);

const USES = ['send', 'call', 'presence', 'topics', 'broadcast'] as const;

const fromPattern = z.string().transform((text, context) => {
  const pattern = readAddressPattern(text);
  if (pattern !== undefined) return pattern;
  context.addIssue({ code: 'custom', message: 'a pattern such as *@sales or orders@sales.hq' });
  return z.NEVER;
});

const acceptRule = z
  .strictObject({
    from: fromPattern.describe('Who: `*@sales`, `orders@sales.hq`; `*` stands for one label, or any client.'),
    allow: z.array(z.enum(USES)).min(1, 'name at least one use').describe('What for.'),
    to: listOf(z.string().refine(isOwnAddress, 'a client, #topic or * of this tenant')).optional().describe('For which addresses of this tenant; absent: all.'),
  })
  .meta({ id: 'AcceptRule' });

/** A pattern alone allows messages and calls to single clients. */
const accepts = listOf(
  z.union([fromPattern.transform((from) => ({ from, allow: ['send' as const, 'call' as const] })), acceptRule], {
    error: 'a pattern such as *@sales, or {from, allow, to}',
  }),
);

const mayUse = z.union([z.literal(['clients', 'backend']), listOf(nameSchema('a client'))], {
  error: 'clients, backend or a list of names',
});

const topicRule = z
  .strictObject({
    pattern: z
      .string()
      .refine(isTopicPattern, 'a topic such as orders/eu, with + for one level and # at the end for any number')
      .describe('`+` stands for one level, `#` at the end for any number.'),
    subscribe: mayUse.default('clients').describe('`clients`, `backend` or a list of names.'),
    publish: mayUse.default('clients').describe('`clients`, `backend` or a list of names.'),
  })
  .meta({ id: 'TopicRule' });

const jwt = z
  .strictObject({
    algorithms: z.array(z.enum(['HS256', 'RS256', 'ES256', 'EdDSA'])).optional(),
    keyIds: listOf(kept(255, 'a key id')).optional().describe('Key ids by which tokens name their key.'),
    bareAudience: z.boolean().optional().describe('`true`: `aud` may be the bare tenant.'),
    secret: z.string().optional().describe('Of HS256: text of 32 bytes or more. Never answered back.'),
    jwks: z.record(z.string(), z.unknown()).optional().describe('A JWKS document with public keys.'),
    jwksUrl: kept(2_000, 'jwksUrl').optional().describe('Where the JWKS document is fetched.'),
  })
  .meta({ id: 'JwtSettingsInput', description: 'How the tenant signs its clients’ tokens. What is left out stays as it was.' });

const EVENTS = ['connect', 'disconnect', 'send-refused'] as const;

const hooks = z
  .strictObject({
    url: z.string().optional().describe('https; no private address unless an administrator allows it.'),
    secret: webhookSecret.optional(),
    on: z.array(z.enum(EVENTS)).min(1, 'name at least one event').optional().describe('What is told; absent: all.'),
  })
  .meta({ id: 'HooksInput', description: 'Where the tenant is told what happens, by signed POSTs, best effort. What is left out stays as it was.' });

export type HooksInput = z.output<typeof hooks>;

const rateLimit = { perTenant: perSecond, perKey: perSecond, perClient: perSecond, perAddress: perSecond };

/** Each setting, as it comes in. */
const settings = {
  ttl: seconds(YEAR).describe('How long a message waits that names no `ttl`.'),
  ttlMax: seconds(YEAR).describe('The longest `ttl` that a message may name.'),
  retention: seconds(10 * YEAR).describe('How long states are kept after everything is final.'),
  maxDataBytes: z
    .number()
    .int()
    .min(1_024, 'at least 1024')
    .max(LIMITS.requestBodyBytes - LIMITS.frameOverheadBytes, `at most ${LIMITS.requestBodyBytes - LIMITS.frameOverheadBytes}`)
    .describe('The largest `data` of a message.'),
  maxInbox: z.number().int().min(1, 'at least 1').max(100_000_000).describe('How many direct messages may wait unacknowledged for one client.'),
  unknownClients: z.enum(['accept', 'refuse']).describe('Whether a message may go to a client that was never seen.'),
  rateLimits: z
    .strictObject({
      perTenant: rateLimit.perTenant.nullish(),
      perKey: rateLimit.perKey.nullish(),
      perClient: rateLimit.perClient.nullish(),
      perAddress: rateLimit.perAddress.nullish(),
    })
    .describe(
      'Requests or frames a second, each node its share; absent: not limited. A second’s worth, ten at least, may come at once; a batch costs its messages.',
    ),
  accepts: accepts.describe('Whom the tenant accepts from outside. A pattern alone allows messages and calls to single clients.'),
  clientsMay: z.enum(['tenant', 'installation', 'anywhere']).describe('How far the tenant’s clients, not its keys, may reach.'),
  topics: listOf(topicRule).describe('Who may subscribe and publish; the first match rules.'),
  jwt,
  origins: listOf(z.string().refine(isOrigin, 'an origin such as https://shop.example.com')).describe(
    'Origins of web pages that may connect; absent: the installation’s own.',
  ),
  hooks,
  webhookAttempts: z
    .number()
    .int('a whole number')
    .min(1, 'at least 1')
    .max(100, 'at most 100')
    .describe('How often a message is tried at a webhook before it is a dead letter; the delay grows from 5 s to 8 h.'),
  suspended: z.boolean().describe('`true`: nobody gets in.'),
};

type Settings = typeof settings;
type Nullish = { [Name in keyof Settings]: z.ZodOptional<z.ZodNullable<Settings[Name]>> };

const nullish = Object.fromEntries(Object.entries(settings).map(([name, schema]) => [name, schema.nullish()])) as unknown as Nullish;
const title = kept(LIMITS.titleCharacters, 'title');

export const tenantName = z.string().refine(isLabel, 'a name like a DNS label: a-z, 0-9 and -, 1 to 63 characters').describe('Named like a DNS label.');

/** `POST /v1/tenants`. `null` stands for the default. */
export const newTenant = z.strictObject({ name: tenantName, title: title.nullish(), ...nullish }).meta({ id: 'NewTenant' });

/** `PATCH /v1/tenants/{tenant}`: what is named is merged in, `null` puts the default back. */
export const tenantPatch = z.strictObject({ title: title.nullish(), ...nullish }).meta({ id: 'TenantPatch' });

export type NewTenant = z.output<typeof newTenant>;
export type TenantPatch = z.output<typeof tenantPatch>;

const use = z.union([z.literal(['clients', 'backend']), z.array(z.string())]);

/** A tenant as it is answered. */
export const tenantAnswer = z
  .object({
    name: z.string(),
    title: z.string().optional(),
    createdAt: z.iso.datetime(),
    ttl: z.number(),
    ttlMax: z.number(),
    retention: z.number(),
    maxDataBytes: z.number(),
    maxInbox: z.number(),
    unknownClients: z.enum(['accept', 'refuse']),
    rateLimits: z.object({
      perTenant: z.number().optional(),
      perKey: z.number().optional(),
      perClient: z.number().optional(),
      perAddress: z.number().optional(),
    }),
    accepts: z.array(z.object({ from: z.string(), allow: z.array(z.enum(USES)), to: z.array(z.string()).optional() })),
    clientsMay: z.enum(['tenant', 'installation', 'anywhere']),
    topics: z.array(z.object({ pattern: z.string(), subscribe: use, publish: use })),
    jwt: z
      .object({
        algorithms: z.array(z.string()),
        keyIds: z.array(z.string()),
        jwksUrl: z.string().optional(),
        bareAudience: z.boolean(),
        hasSecret: z.boolean(),
        hasJwks: z.boolean(),
      })
      .optional(),
    origins: z.array(z.string()).optional(),
    hooks: z.object({ url: z.string(), on: z.array(z.enum(EVENTS)) }).optional(),
    webhookAttempts: z.number(),
    suspended: z.boolean(),
  })
  .meta({ id: 'Tenant' });

export type TenantAnswer = z.output<typeof tenantAnswer>;
