import type { ProgramValues } from './program.js';

/** What is set in the forms, as it was typed. */
export interface Draft {
  readonly to: string;
  readonly type: string;
  readonly data: string;
  readonly ttl: string;
  readonly correlationId: string;
  readonly receipt: boolean;
  readonly durable: boolean;
  readonly callTo: string;
  readonly method: string;
  readonly params: string;
  readonly timeout: string;
  readonly answering: 'off' | 'result' | 'error';
  readonly result: string;
  readonly errorCode: string;
  readonly errorMessage: string;
}

export const FIRST_DRAFT: Draft = {
  to: '',
  type: 'order.approved',
  data: '{\n  "order": "A-17",\n  "sum": 1200.5\n}',
  ttl: '',
  correlationId: '',
  receipt: false,
  durable: true,
  callTo: '',
  method: 'openForm',
  params: '{\n  "order": "A-17"\n}',
  timeout: '15',
  answering: 'off',
  result: '{\n  "opened": true\n}',
  errorCode: '1404',
  errorMessage: 'there is no such order',
};

/** JSON as it was typed: empty is null. */
export type ReadJson = { readonly kind: 'read'; readonly value: unknown } | { readonly kind: 'wrong'; readonly why: string };

export function readJson(text: string): ReadJson {
  if (text.trim() === '') return { kind: 'read', value: null };
  try {
    return { kind: 'read', value: JSON.parse(text) as unknown };
  } catch (error) {
    return { kind: 'wrong', why: error instanceof Error ? error.message : String(error) };
  }
}

function jsonOf(text: string): unknown {
  const read = readJson(text);
  return read.kind === 'read' ? read.value : null;
}

/** A number that was typed; undefined where nothing was. The server says what is wrong with others. */
function numberOf(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text);
}

/** One address, or several with commas between them. */
function recipients(text: string, own: string): string | string[] {
  const all = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return all.length > 1 ? all : (all[0] ?? own);
}

/** The message as it is sent; to oneself where nobody is named. */
export function messageOf(draft: Draft, own: string): Record<string, unknown> {
  const { type, data, correlationId, receipt, durable } = draft;
  const ttl = numberOf(draft.ttl);
  return {
    to: recipients(draft.to, own),
    type: type.trim(),
    data: jsonOf(data),
    ...(ttl === undefined ? {} : { ttl }),
    ...(correlationId.trim() === '' ? {} : { correlationId: correlationId.trim() }),
    ...(receipt ? { receipt } : {}),
    ...(durable ? {} : { durable }),
  };
}

export function callOf(draft: Draft, own: string): { to: string; method: string; params: unknown; timeout?: number } {
  const timeout = numberOf(draft.timeout);
  return {
    to: draft.callTo.trim() === '' ? own : draft.callTo.trim(),
    method: draft.method.trim(),
    params: jsonOf(draft.params),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

/** What programs are made of: all that is set, and no credential. */
export function programValuesOf(draft: Draft, origin: string, tenant: string, own: string): ProgramValues {
  return { origin, tenant, body: messageOf(draft, own), call: callOf(draft, own), answer: jsonOf(draft.result) };
}
