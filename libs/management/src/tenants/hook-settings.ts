import { type Egress, type HookEvent, type HookSettings, readWebhookSecret, type SecretVault, tenantHookSecretName } from '@vestnik/core';
import { invalid } from '@vestnik/protocol';
import type { HooksInput } from './tenant-schemas.js';

const ALL: readonly HookEvent[] = ['connect', 'disconnect', 'send-refused'];

/** Where the secret of a tenant's hooks is kept, and who says which URLs may be fetched. */
export interface HookPorts {
  readonly vault: Pick<SecretVault, 'set' | 'get' | 'delete'>;
  readonly egress: Pick<Egress, 'check'>;
}

/**
 * What is to stand in `TenantSettings.hooks` for this input; what is absent stays as it was. Stores nothing.
 *
 * @throws Problem `request-invalid` or `url-refused`, naming the field
 */
export async function checkHooks({ egress }: HookPorts, input: HooksInput, before: HookSettings | undefined): Promise<HookSettings> {
  const url = input.url ?? before?.url;
  if (url === undefined) throw invalid('request-invalid', 'hooks/url', 'where they are POSTed to');
  if (before === undefined && input.secret === undefined)
    throw invalid('request-invalid', 'hooks/secret', 'what they are signed with: whsec_ and 24 to 64 bytes in base64');
  if (input.url !== undefined) await egress.check(input.url, 'hooks/url');
  return { url, on: [...new Set(input.on ?? before?.on ?? ALL)] };
}

/** Stores the secret of what {@link checkHooks} found good; `null` removes it. */
export async function storeHookSecret({ vault }: HookPorts, tenantId: number, input: HooksInput | null): Promise<void> {
  const secret = input === null ? undefined : input.secret === undefined ? undefined : readWebhookSecret(input.secret);
  if (input === null) await vault.delete(tenantHookSecretName(tenantId));
  else if (secret !== undefined) await vault.set(tenantHookSecretName(tenantId), secret);
}
