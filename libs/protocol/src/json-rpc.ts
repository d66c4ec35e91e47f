import { LIMITS } from './limits.js';
import { Problem } from './problems.js';
import { depthOf, rawElements, rawMember } from './raw-json.js';
import { writeJson } from './raw-json-value.js';

/** One JSON-RPC 2.0 object from the other side. */
export type RpcFrame =
  | {
      readonly kind: 'request';
      /** Absent: a notification. */
      readonly id?: string | number | null;
      readonly method: string;
      readonly params: unknown;
      /** The JSON text of `params`, as it was sent. */
      readonly raw: string | undefined;
    }
  | { readonly kind: 'response'; readonly id: string | number | null; readonly result?: string; readonly error?: string }
  | { readonly kind: 'invalid'; readonly id: string | number | null; readonly problem: RpcFailure };

export interface RpcFailure {
  readonly code: number;
  readonly message: string;
  readonly data: Record<string, unknown>;
}

/** What one text frame holds: a single object or a batch. */
export type RpcInput =
  | { readonly kind: 'unreadable'; readonly failure: RpcFailure }
  | { readonly kind: 'frames'; readonly batch: boolean; readonly frames: RpcFrame[] };

const failure = (code: number, message: string, detail: string): RpcFailure => ({ code, message, data: { type: 'request-invalid', detail, retryable: false } });

/**
 * Reads a text frame: an object, or a batch of up to 100.
 *
 * `unreadable` stands for −32700; what is JSON but no call comes out as an `invalid` frame (−32600).
 */
export function readRpc(text: string): RpcInput {
  // Around `data` stand the params and the call, and in a batch the list.
  const around = text.trimStart().startsWith('[') ? 3 : 2;
  if (depthOf(text) > LIMITS.jsonDepth + around)
    return { kind: 'unreadable', failure: failure(-32700, 'Parse error', `JSON may be nested ${LIMITS.jsonDepth} levels deep at most`) };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', failure: failure(-32700, 'Parse error', 'this is not JSON') };
  }
  if (!Array.isArray(value)) return { kind: 'frames', batch: false, frames: [readFrame(value, text)] };
  if (value.length === 0 || value.length > LIMITS.jsonRpcBatch) {
    return {
      kind: 'frames',
      batch: false,
      frames: [{ kind: 'invalid', id: null, problem: failure(-32600, 'Invalid Request', `a batch has 1 to ${LIMITS.jsonRpcBatch} calls`) }],
    };
  }
  const raw = rawElements(text);
  return { kind: 'frames', batch: true, frames: value.map((element, at) => readFrame(element, raw[at] as string)) };
}

function readFrame(value: unknown, text: string): RpcFrame {
  const notCall = (id: unknown, detail: string): RpcFrame => ({
    kind: 'invalid',
    id: isId(id) ? id : null,
    problem: failure(-32600, 'Invalid Request', detail),
  });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return notCall(null, 'a call is an object');
  const { jsonrpc, id, method, params } = value as Record<string, unknown>;
  if (jsonrpc !== '2.0') return notCall(id, 'jsonrpc: must be "2.0"');
  if (method === undefined && ('result' in value || 'error' in value)) {
    if (!isId(id)) return notCall(null, 'id: a string, a number or null');
    return { kind: 'response', id, result: rawMember(text, 'result'), error: rawMember(text, 'error') };
  }
  if (typeof method !== 'string') return notCall(id, 'method: a string is required');
  if (id !== undefined && !isId(id)) return notCall(null, 'id: a string, a number or null');
  if (params !== undefined && (typeof params !== 'object' || params === null || Array.isArray(params))) return notCall(id, 'params: an object');
  return { kind: 'request', id, method, params: params ?? {}, raw: params === undefined ? undefined : rawMember(text, 'params') };
}

function isId(id: unknown): id is string | number | null {
  return id === null || typeof id === 'string' || typeof id === 'number';
}

/** A response that carries a result, or nothing where nobody asked for one. */
export function rpcResult(id: string | number | null, result: unknown): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${writeJson(result)}}`;
}

export function rpcError(id: string | number | null, error: Problem | RpcFailure): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${writeJson(error instanceof Problem ? error.toRpc() : error)}}`;
}

/** A call of the server's own. @param params JSON text */
export function rpcRequest(id: string, method: string, params: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":"${method}","params":${params}}`;
}

/** @param params JSON text */
export function rpcNotification(method: string, params: string): string {
  return `{"jsonrpc":"2.0","method":"${method}","params":${params}}`;
}
