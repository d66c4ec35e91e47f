import { type HttpCaller, OrderedSends, type Principal } from '@vestnik/core';
import { parseWith, queryFields, type RpcFrame, readRpc, rpcError, rpcQuerySchema, rpcResult } from '@vestnik/protocol';
import { calledAnswer } from '../called-answer.js';
import { type Edge, toProblem } from '../edge.js';
import { type ClientRequest, pollWord, sessionWordsOf } from '../http-clients/client-request.js';
import { goneSignal } from '../rest/gone-signal.js';

/** Who calls by this request, and for which session or device. @throws Problem `request-invalid` */
export function callerOf(edge: Edge, principal: Principal, { request, response, query }: ClientRequest): HttpCaller {
  const { device } = parseWith(rpcQuerySchema, queryFields(query), 'request-invalid');
  const named = sessionWordsOf(request);
  return {
    principal,
    sends: new OrderedSends(),
    device: device ?? '',
    words: named.length > 0 ? named : [pollWord(device)],
    named: named.length > 0,
    address: edge.addressOf(request),
    signal: goneSignal(response),
  };
}

/**
 * `POST …/rpc`: a JSON-RPC object or batch, carried out in order; sends that follow each other share a commit.
 *
 * @param text the body
 * @returns the body of the answer, or nothing where nothing was asked: notifications, and answers to calls
 */
export async function carryOut(edge: Edge, caller: HttpCaller, text: string): Promise<string | undefined> {
  const input = readRpc(text);
  if (input.kind === 'unreadable') return rpcError(null, input.failure);
  const answers: (string | undefined | Promise<string | undefined>)[] = [];
  for (const frame of input.frames) {
    if (frame.kind !== 'request' || frame.method !== 'send') await Promise.all(answers);
    answers.push(answerTo(edge, caller, frame));
  }
  const texts = (await Promise.all(answers)).filter((answer) => answer !== undefined);
  if (texts.length === 0) return undefined;
  return input.batch ? `[${texts.join(',')}]` : texts[0];
}

/** @returns the response, or nothing for a notification; never throws */
function answerTo(edge: Edge, caller: HttpCaller, frame: RpcFrame): string | undefined | Promise<string | undefined> {
  if (frame.kind === 'invalid') return rpcError(frame.id, frame.problem);
  if (frame.kind === 'response') return answerCall(edge, caller, frame);
  const { id, method, params, raw } = frame;
  const failed = (error: unknown) => {
    const problem = toProblem(error, edge.log, method.slice(0, 64));
    return id === undefined ? undefined : rpcError(id, problem);
  };
  try {
    const result = edge.forwarding.call(caller, method, params, raw, id !== undefined);
    if (result instanceof Promise) return result.then((value: unknown) => (id === undefined ? undefined : rpcResult(id, value)), failed);
    return id === undefined ? undefined : rpcResult(id, result);
  } catch (error) {
    return failed(error);
  }
}

/** The client answers a call that came by its stream or poll. */
async function answerCall(edge: Edge, caller: HttpCaller, { id, result, error }: Extract<RpcFrame, { kind: 'response' }>): Promise<undefined> {
  if (typeof id !== 'string') return;
  try {
    await edge.forwarding.answered(caller, id, calledAnswer({ result, error }));
  } catch (failure) {
    toProblem(failure, edge.log, 'answer to a call');
  }
}
