import { pathTo, withQuery } from '../../parts/paths.js';

/** The page of what an entry is about; undefined where there is none, or it is gone with the entry itself. */
export function pageOfSubject(action: string, subject: string): string | undefined {
  const kind = action.slice(0, action.indexOf('.'));
  if (action === 'tenant.delete' || action === 'administrator.delete' || action === 'client.forget') return undefined;
  const at = subject.indexOf('@');
  const name = at < 0 ? subject : subject.slice(0, at);
  const tenant = at < 0 ? undefined : subject.slice(at + 1);
  switch (kind) {
    case 'tenant':
      return pathTo`/tenants/${subject}`;
    case 'key':
      return tenant === undefined ? undefined : withQuery(pathTo`/tenants/${tenant}`, { tab: 'keys' });
    case 'client':
    case 'token':
      return tenant === undefined ? undefined : pathTo`/tenants/${tenant}/clients/${name}`;
    case 'webhook':
      return tenant === undefined ? undefined : withQuery('/webhooks', { tenant, search: name });
    case 'message':
      return pathTo`/messages/${name}`;
    case 'dead-letter':
      return withQuery('/dead-letters', { tenant });
    case 'subscription': {
      const [, client = '', of = ''] = /^(.+?)@(\S+) #/.exec(subject) ?? [];
      return client === '' ? undefined : pathTo`/tenants/${of}/clients/${client}`;
    }
    case 'administrator':
    case 'administrator-key':
      return '/administrators';
    case 'session': {
      // Of a client `client@tenant/session`, else the name of an administrator.
      const slash = tenant?.indexOf('/') ?? -1;
      if (tenant === undefined || slash < 0) return '/administrators';
      return pathTo`/tenants/${tenant.slice(0, slash)}/clients/${name}`;
    }
    case 'link':
    case 'link-key':
      return '/links';
    default:
      return undefined;
  }
}

/** Who did it: what kind, and the name. */
export interface Who {
  readonly kind: 'administrator' | 'key' | 'other';
  readonly name: string;
}

/** `administrator:admin`, `key:<id>@<tenant>`, or the bus itself. */
export function whoOf(text: string): Who {
  const colon = text.indexOf(':');
  const kind = colon < 0 ? '' : text.slice(0, colon);
  if (kind === 'administrator' || kind === 'key') return { kind, name: text.slice(colon + 1) };
  return { kind: 'other', name: text };
}
