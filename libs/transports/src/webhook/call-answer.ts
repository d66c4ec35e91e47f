import { type CalledAnswer, type EgressAnswer, EgressFailure } from '@vestnik/core';
import { depthOf, LIMITS, Problem, rawMember } from '@vestnik/protocol';

/**
 * What a webhook's answer to a call says: the body of a 2xx is the result, an empty one `null`. Of another status it
 * is the client's own error: the member `error` of its body where that is one of JSON-RPC, else one made of the status.
 *
 * @returns `interrupted` where the request may have been received and no whole answer came
 */
export function callAnswer(outcome: EgressAnswer | Problem | EgressFailure): CalledAnswer | 'interrupted' {
  if (outcome instanceof Problem) return failed(-32016, outcome.detail);
  if (outcome instanceof EgressFailure)
    return outcome.kind === 'unreachable' ? failed(-32061, `the webhook cannot be reached: ${outcome.message}`) : 'interrupted';
  const { status } = outcome;
  const text = Buffer.from(outcome.body).toString('utf8').trim();
  if (status >= 200 && status < 300) {
    if (text === '') return { result: 'null' };
    return parsed(text) === undefined ? failed(-32603, 'the webhook did not answer with JSON') : { result: text };
  }
  const { error } = (parsed(text)?.value ?? {}) as { error?: { code?: unknown; message?: unknown } };
  const isError = typeof error === 'object' && error !== null && Number.isInteger(error.code) && typeof error.message === 'string';
  return isError ? { error: rawMember(text, 'error') as string } : failed(-32603, `the webhook answered ${status}`);
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return depthOf(text) > LIMITS.jsonDepth ? undefined : { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function failed(code: number, message: string): CalledAnswer {
  return { error: JSON.stringify({ code, message }) };
}
