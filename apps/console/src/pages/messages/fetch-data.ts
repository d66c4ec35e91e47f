import { rawMember } from '@vestnik/protocol/raw-json';
import { answerOf, api } from '../../api/client.js';

/** What a message holds: JSON as it was sent, digit for digit, or something binary. */
export type Data = { readonly kind: 'json'; readonly text: string } | { readonly kind: 'binary'; readonly base64: string; readonly contentType: string };

/** Asks for the data of a message; the server writes down who did. */
export async function fetchData(id: string): Promise<Data> {
  return dataIn(await answerOf<string>(api.GET('/v1/messages/{id}/data', { params: { path: { id } }, parseAs: 'text' })));
}

/** Out of the text of the answer: parsed and written again, long numbers would lose their digits. */
export function dataIn(answer: string): Data {
  const { data, contentType } = JSON.parse(answer) as { readonly data: unknown; readonly contentType?: string };
  if (contentType !== undefined && typeof data === 'string') return { kind: 'binary', base64: data, contentType };
  return { kind: 'json', text: rawMember(answer, 'data') ?? 'null' };
}
