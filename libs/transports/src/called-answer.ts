import type { CalledAnswer } from '@vestnik/core';

/**
 * What a JSON-RPC response says, from the JSON text of its members. Libraries of JSON-RPC 1.0 write both, one of them
 * as `null`.
 */
export function calledAnswer({ result, error }: { readonly result?: string; readonly error?: string }): CalledAnswer {
  if (error !== undefined && (error !== 'null' || result === undefined)) return { error };
  return { result: result ?? 'null' };
}
