import type { ApiKey } from '../ports/directory.js';
import type { Tenant } from '../ports/tenant.js';
import { type HeldBack, heldBack, isReservedFor, keptIn, type Whither } from '../sending/may-write.js';
import { publishRule } from '../topics/topic-rules.js';
import type { DiagnosedUse, DiagnosisStep } from './diagnosis.js';
import type { Facts, SenderFacts, Side } from './facts.js';
import { neededScopes } from './gathering.js';
import { clientPage, counted, didYouMean, listed, step, tenantPage, timeOf } from './words.js';

/** Keys that are shown. */
const SHOWN = 10;

type Readable = Exclude<Side, { kind: 'unreadable' }>;

/** What is decided before a message leaves its sender's side: names, credentials, rights. */
export function senderSteps(facts: Facts): DiagnosisStep[] {
  const { from, sender } = facts;
  const steps = [addressStep('from-address', from), toAddressStep(facts)];
  if (from.kind === 'unreadable') return steps;
  steps.push(fromTenant(from));
  if (from.kind === 'elsewhere' || from.tenant === undefined || sender === undefined) return steps;
  return [...steps, fromClient(from, sender), rateLimits(from.tenant, sender), fromRights(facts, from.tenant, sender)];
}

function addressStep(name: 'from-address' | 'to-address', side: Side): DiagnosisStep {
  if (side.kind === 'unreadable') {
    const detail = `This is no address: ${side.problem.detail}. An address is client@tenant, and of another installation client@tenant.installation. Write it so.`;
    return step({ step: name, subject: side.given, verdict: 'fails', detail, action: 'correct-address' });
  }
  const { given, whole, name: tenant, address } = side;
  const detail = given === whole ? `The address is whole: ${whole}.` : `${given} is written whole ${whole}.`;
  const path = side.kind === 'elsewhere' ? side.path.join('.') : undefined;
  return step({ step: name, subject: whole, verdict: 'ok', detail, facts: { kind: address.addressee.kind, tenant, installation: path } });
}

function toAddressStep(facts: Facts): DiagnosisStep {
  const { to, use } = facts;
  const read = addressStep('to-address', to);
  if (to.kind === 'unreadable') return read;
  const { addressee } = to.address;
  if (use === 'presence' && addressee.kind !== 'client') {
    const detail = 'Presence is that of a client: neither of a session, nor of a topic, nor of *. Name the client.';
    return step({ ...read, verdict: 'fails', detail, action: 'correct-address' });
  }
  if (use !== 'presence' && to.kind === 'here' && isReservedFor(addressee)) {
    const detail = 'Names that begin with vestnik are the bus’s own, and nobody may write to them. Choose another name.';
    return step({ ...read, verdict: 'fails', detail, action: 'correct-address' });
  }
  return read;
}

function fromTenant(from: Readable): DiagnosisStep {
  const { name } = from;
  if (from.kind === 'elsewhere') {
    const there = from.path.join('.');
    const detail = `Who ${from.whole} is, and what it may do, is known at ${there} alone: ask there too. What follows is what this installation knows.`;
    return step({ step: 'from-tenant', subject: name, verdict: 'skipped', detail });
  }
  const { tenant, near } = from;
  if (tenant === undefined) return noSuchTenant('from-tenant', name, near, 'so nobody can show that it is one of its clients');
  if (tenant.settings.suspended) {
    const detail = `The tenant ${name} is suspended: none of its keys and tokens count, so its clients can neither connect nor send. Lift the suspension.`;
    return step({ step: 'from-tenant', subject: name, verdict: 'fails', detail, page: tenantPage(name, 'settings'), action: 'unsuspend-tenant' });
  }
  return step({
    step: 'from-tenant',
    subject: name,
    verdict: 'ok',
    detail: `The tenant ${name} exists and is not suspended.`,
    page: tenantPage(name, 'settings'),
  });
}

export function noSuchTenant(name: 'from-tenant' | 'to-tenant', tenant: string, near: readonly string[], so: string): DiagnosisStep {
  const detail = `There is no tenant ${tenant} at this installation, ${so}.${didYouMean(near)} Correct the address, or create the tenant.`;
  const facts = near.length === 0 ? undefined : { near };
  return step({
    step: name,
    subject: tenant,
    verdict: 'fails',
    detail,
    facts,
    page: '/tenants',
    action: near.length === 0 ? 'create-tenant' : 'correct-address',
  });
}

function fromClient({ name, whole }: Readable, sender: SenderFacts): DiagnosisStep {
  const { as, keys, expired, tokens, client, nearClients, sessions, principal } = sender;
  const subject = whole;
  const page = tenantPage(name, 'keys');
  const facts = {
    known: client !== undefined,
    sessions,
    keys: keys.length === 0 ? undefined : keys.slice(0, SHOWN).map(keyFacts),
    expiredKeys: expired === 0 ? undefined : expired,
    tokens,
    revokedBefore: client?.revokedBefore === undefined ? undefined : timeOf(client.revokedBefore),
    near: nearClients.length === 0 ? undefined : nearClients,
  };
  const fails = (detail: string): DiagnosisStep => step({ step: 'from-client', subject, verdict: 'fails', detail, facts, page, action: 'create-key' });
  const speaker = principal.client;
  if (as === 'key') {
    if (keys.length > 0) {
      return step({
        step: 'from-client',
        subject,
        verdict: 'ok',
        detail: `${counted(keys.length, 'API key speaks', 'API keys speak')} as ${speaker}.`,
        facts,
        page,
      });
    }
    const because = expired > 0 ? `All API keys that spoke as ${speaker} have expired` : `No API key of the tenant ${name} speaks as ${speaker}`;
    return fails(`${because}, so it cannot show who it is with one.${didYouMean(nearClients)} Create a key for it.`);
  }
  if (tokens === 'none') {
    return fails(
      `Nothing can give ${speaker} a token: no API key of ${name} has the scope tokens, and the tenant checks no JWTs of its own. Create a key with that scope.`,
    );
  }
  const by = tokens === 'minted' ? 'a key of the tenant may mint tokens for it' : 'the tenant’s own tokens are accepted';
  if (client === undefined) {
    const detail = `No API key speaks as ${speaker}, and no client of this name was ever seen in ${name}; ${by}, and it becomes known by the first.${didYouMean(nearClients)}`;
    return step({ step: 'from-client', subject, verdict: 'warning', detail, facts, page, action: nearClients.length === 0 ? 'mint-token' : 'correct-address' });
  }
  if (client.revokedBefore !== undefined && sessions === 0) {
    const detail = `Tokens of ${speaker} that were issued before ${timeOf(client.revokedBefore)} are refused. If it still has one of those, give it a new one.`;
    return step({ step: 'from-client', subject, verdict: 'warning', detail, facts, page: clientPage(name, speaker), action: 'mint-token' });
  }
  const detail = `${speaker} is known and comes with a token: ${by}.${sessions > 0 ? ` It has ${counted(sessions, 'session')} now.` : ''}`;
  return step({ step: 'from-client', subject, verdict: 'ok', detail, facts, page: clientPage(name, speaker) });
}

function keyFacts({ id, title, scopes, expiresAt, lastUsedAt }: ApiKey): object {
  return {
    id,
    title,
    scopes,
    ...(expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: timeOf(lastUsedAt) }),
  };
}

function rateLimits({ name }: Tenant, { limits, principal }: SenderFacts): DiagnosisStep {
  const subject = `${principal.client}@${name}`;
  const page = tenantPage(name, 'settings');
  if (limits.length === 0) {
    const detail = `The tenant ${name} limits nobody’s rate, but for its addresses perhaps.`;
    return step({ step: 'rate-limits', subject, verdict: 'ok', detail, page });
  }
  const facts = { limits: limits.map(({ limited, quota, window, remaining }) => ({ limited, quota, window, remaining })), counted: 'on the node that answers' };
  const used = limits.find(({ remaining }) => remaining < 1);
  if (used === undefined)
    return step({ step: 'rate-limits', subject, verdict: 'ok', detail: 'There are limits of rate, and none is used up on this node.', facts, page });
  const whose = used.limited === 'tenant' ? 'The tenant’s limit' : `The limit for one ${used.limited}`;
  const detail = `${whose} of ${used.quota} in ${counted(used.window, 'second')} is used up on this node: what comes now is refused as rate-limited, and may be sent again a little later. Raise it where this goes on.`;
  return step({ step: 'rate-limits', subject, verdict: 'warning', detail, facts, page, action: 'raise-limit' });
}

const SCOPE_NEEDED: Readonly<Record<DiagnosedUse, string>> = { send: 'To send', call: 'To call', presence: 'To ask for presence' };

function fromRights(facts: Facts, own: Tenant, sender: SenderFacts): DiagnosisStep {
  const { to, use } = facts;
  const { principal, as, keys } = sender;
  const { name } = own;
  const subject = `${principal.client}@${name}`;
  const address = to.kind === 'unreadable' ? undefined : to.address;
  const needed = neededScopes(use, address);
  const shown = { as, needed, scopes: [...principal.scopes], clientsMay: own.settings.clientsMay };
  if (as === 'key' && keys.length === 0) {
    return step({ step: 'from-rights', subject, verdict: 'skipped', detail: 'Without a key or a token there are no rights to look at.', facts: { needed } });
  }
  const missing = needed.filter((scope) => !principal.scopes.has(scope));
  if (missing.length > 0) {
    const who = as === 'key' ? (keys.length === 1 ? 'its key' : `none of its ${keys.length} keys`) : 'a token of a client';
    const lacks = as === 'key' && keys.length > 1 ? 'has' : as === 'key' ? 'lacks' : 'by default lacks';
    const detail = `${SCOPE_NEEDED[use]}${address?.addressee.kind === 'everyone' ? ' to *' : ''} needs the scope${needed.length > 1 ? 's' : ''} ${listed(needed)}, and ${who} ${lacks} ${lacks === 'has' ? listed(needed) : listed(missing)}. ${as === 'key' ? 'Create a key that has it: scopes of a key are not changed.' : 'Mint a token that names it, with a key that has it too.'}`;
    return step({
      step: 'from-rights',
      subject,
      verdict: 'fails',
      detail,
      facts: shown,
      page: tenantPage(name, as === 'key' ? 'keys' : 'tokens'),
      action: as === 'key' ? 'create-key' : 'mint-token',
    });
  }
  if (to.kind === 'unreadable') return step({ step: 'from-rights', subject, verdict: 'skipped', detail: 'Where it goes cannot be read.', facts: shown });
  const whither: Whither = to.kind === 'elsewhere' ? 'remote' : to.name === name ? 'own' : 'border';
  const held = use === 'presence' ? keptIn(own, principal, whither) : heldBack(own, principal, to.address.addressee, whither);
  if (held === undefined || held === 'reserved-name') {
    const detail = `${as === 'key' ? 'Its key' : 'A token'} has what this needs${whither === 'own' ? '' : as === 'key' ? '; keys may leave the tenant' : `, and clients of ${name} may go so far`}.`;
    return step({ step: 'from-rights', subject, verdict: 'ok', detail, facts: shown, page: tenantPage(name, 'settings') });
  }
  const topic = to.address.addressee.kind === 'topic' ? to.address.addressee.name : undefined;
  const rule = topic === undefined ? undefined : publishRule(own, topic);
  return step({ step: 'from-rights', subject, verdict: 'fails', ...whyHeld(held, name, topic, rule?.pattern), facts: { ...shown, rule } });
}

function whyHeld(held: HeldBack, tenant: string, topic: string | undefined, pattern: string | undefined): Pick<DiagnosisStep, 'detail' | 'page' | 'action'> {
  switch (held) {
    case 'clients-stay-here':
      return {
        detail: `Clients of ${tenant} that come with a token may not write to other installations (clientsMay). Set it to anywhere, or send with an API key.`,
        page: tenantPage(tenant, 'settings'),
        action: 'let-clients-write',
      };
    case 'clients-stay-in-tenant':
      return {
        detail: `Clients of ${tenant} that come with a token may write to clients of ${tenant} only (clientsMay). Set it to installation or anywhere, or send with an API key.`,
        page: tenantPage(tenant, 'settings'),
        action: 'let-clients-write',
      };
    case 'topic-rules':
      return {
        detail: `The rule for ${pattern} in the tenant ${tenant} does not let this client write to #${topic}. Change who may publish there, or send with an API key.`,
        page: tenantPage(tenant, 'topics'),
        action: 'change-topic-rules',
      };
    case 'broadcast-scope-missing':
      return { detail: 'Writing to * needs the scope broadcast.', page: tenantPage(tenant, 'keys'), action: 'create-key' };
    case 'reserved-name':
      return { detail: 'Names that begin with vestnik are the bus’s own.', action: 'correct-address' };
  }
}
