import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schema } from '../../api/client.js';

/** A message and what became of it, as its page shows it. */
export type Life = Schema<'MessageLife'>;
export type Recipient = Schema<'MessageRecipient'>;
export type Step = Schema<'MessageStep'>;
export type RecipientState = Recipient['state'];

/** States that nothing changes any more; an acknowledged message may still be read. */
const FINAL: ReadonlySet<string> = new Set<RecipientState>(['acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn']);

export function isFinal(state: string): boolean {
  return FINAL.has(state);
}

/** Everything that is remembered of one message. */
export const messageKey = (id: string) => ['message', id] as const;

/** Asked again while something may still become of it. */
export const lifeQuery = (id: string) =>
  queryOptions({
    queryKey: messageKey(id),
    queryFn: ({ signal }) => answerOf(api.GET('/v1/messages/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && !isOver(state.data) ? 5_000 : false),
  });

function isOver({ recipients, counts = {} }: Life): boolean {
  return recipients.every(({ state, address }) => isShared(address) || isFinal(state)) && Object.keys(counts).every(isFinal);
}

/** Sent to a topic or to everyone: what became of it is told for each client, and counted. */
export function isShared(address: string): boolean {
  return address.startsWith('#') || address.startsWith('*@');
}
