/** What an API key may do (section 5 of the protocol). */
export const KEY_SCOPES = ['send', 'call', 'tokens', 'read', 'read:data', 'manage', 'broadcast'] as const;
/** What a client token may do. */
export const TOKEN_SCOPES = ['receive', 'send', 'call', 'subscribe', 'presence', 'history', 'broadcast'] as const;
/** What a client token may do when it names nothing. */
export const TOKEN_SCOPES_DEFAULT = ['receive', 'send', 'call', 'subscribe', 'presence', 'history'] as const;
/** What a key may do for its own client without being named. */
export const OWN_CLIENT_SCOPES = ['receive', 'subscribe', 'presence', 'history'] as const;

export type Scope = (typeof KEY_SCOPES)[number] | (typeof TOKEN_SCOPES)[number];
