import type { EffectiveSetting } from '../ports.js';

export const MASK = '***';

/** A setting as it may be shown: a secret's value is hidden, and so is what stands before the host of a URL. */
export function masked({ name, value, source, description, secret, group, differs = false, ...rest }: EffectiveSetting) {
  return {
    name,
    value: secret ? hidden(value) : withoutPassword(value),
    source,
    description,
    secret,
    ...(rest.default === undefined || secret ? {} : { default: rest.default }),
    differs,
    ...(group === undefined ? {} : { group }),
  };
}

/** Whether there is one may be known. */
function hidden(value: unknown): string | null {
  return value === undefined || value === null || value === '' ? null : MASK;
}

function withoutPassword(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${MASK}@`).replaceAll(/([?&]password=)[^&#]*/gi, `$1${MASK}`);
  if (Array.isArray(value)) return value.map(withoutPassword);
  return value ?? null;
}
