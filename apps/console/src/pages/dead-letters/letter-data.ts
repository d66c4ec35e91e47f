// By its own door: with the whole package its schemas would come along.
import { rawMember } from '@vestnik/protocol/raw-json';
import { answerOf, api, type Schema } from '../../api/client.js';
import type { Letter } from './dead-letter-queries.js';
import { layOut } from './lay-out.js';

/** More than this is edited as it is: laying it out would stop the page. */
const LAID_OUT_MAX = 500_000;

/** What a dead letter holds. */
export type LetterData = { readonly kind: 'json'; readonly text: string } | { readonly kind: 'binary'; readonly base64: string; readonly contentType: string };

/** Asks for the data of a dead letter; the server writes down who did. */
export async function fetchLetterData({ tenant, id }: Pick<Letter, 'tenant' | 'id'>): Promise<LetterData> {
  return letterDataIn(await answerOf<string>(api.GET('/v1/tenants/{tenant}/dead-letters/{id}', { params: { path: { tenant, id } }, parseAs: 'text' })));
}

/** Out of the text of the answer: parsed and written again, long numbers would lose their digits. */
export function letterDataIn(answer: string): LetterData {
  const { data, contentType } = JSON.parse(answer) as { readonly data: unknown; readonly contentType?: string };
  if (contentType !== undefined && typeof data === 'string') return { kind: 'binary', base64: data, contentType };
  const text = rawMember(answer, 'data') ?? 'null';
  return { kind: 'json', text: text.length > LAID_OUT_MAX ? text : layOut(text) };
}

/** What is different from how it was; undefined where nothing is. */
export interface LetterChange {
  readonly type?: string;
  /** JSON, checked. */
  readonly data?: string;
}

/** Sends a dead letter, changed or as it was. @returns the id of the new message */
export async function sendLetter({ tenant, id }: Pick<Letter, 'tenant' | 'id'>, change: LetterChange): Promise<string | undefined> {
  const body = bodyOf(change);
  const edit: Schema<'DeadLetterEdit'> | undefined = body === undefined ? undefined : {};
  const answer = await answerOf(
    api.POST('/v1/tenants/{tenant}/dead-letters/{id}/replay', { params: { path: { tenant, id } }, body: edit, bodySerializer: () => body }),
  );
  return answer.id;
}

/** The text of the request: the data stand in it as they were written. */
export function bodyOf({ type, data }: LetterChange): string | undefined {
  const members = [...(type === undefined ? [] : [`"type":${JSON.stringify(type)}`]), ...(data === undefined ? [] : [`"data":${data}`])];
  return members.length === 0 ? undefined : `{${members.join(',')}}`;
}
