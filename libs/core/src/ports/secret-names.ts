/** Under which names secrets stand in the `SecretVault`. */

/** Signs the tokens that the installation mints itself; 32 bytes, made at the first start. */
export const INSTALLATION_TOKEN_SECRET = 'installation-token-secret';

/** Everything that belongs to a tenant begins like this, and goes when the tenant is deleted. */
export const tenantSecretsPrefix = (tenantId: number): string => `tenant/${tenantId}/`;

/** The HS256 secret of a tenant's own tokens: 32 bytes or more, as they are (not base64). */
export const tenantJwtSecretName = (tenantId: number): string => `${tenantSecretsPrefix(tenantId)}jwt-secret`;

/** The JWKS document that a tenant has uploaded: UTF-8 JSON `{"keys": [...]}`. Public keys only. */
export const tenantJwksName = (tenantId: number): string => `${tenantSecretsPrefix(tenantId)}jwks`;

/** Signs what is POSTed to a client's webhook: the bytes that `whsec_…` stands for. */
export const webhookSecretName = (tenantId: number, clientId: number): string => `${tenantSecretsPrefix(tenantId)}webhook/${clientId}`;

/** Signs what is POSTed to a tenant's hooks. */
export const tenantHookSecretName = (tenantId: number): string => `${tenantSecretsPrefix(tenantId)}hooks`;

/** The seed of the root key by which other installations know this one; 32 bytes, made at the first use of links. */
export const LINK_ROOT_KEY = 'links/root-key';

/** The newest list of link keys, signed by the root key: UTF-8 JSON. */
export const LINK_KEY_LIST = 'links/key-list';

/** The seed of a link key, 32 bytes, by its place in the order of all that were ever made. */
export const linkKeyName = (slot: number): string => `links/key/${slot}`;

/** What an invite's secret proves by HMAC: 32 bytes, until it is used or has expired. */
export const linkInviteName = (lookup: string): string => `links/invite/${lookup}`;
