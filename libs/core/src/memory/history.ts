import { topicMatches } from '@vestnik/protocol';
import type { HistoryItem, HistoryPage, HistoryPart, HistoryQuery } from '../ports/history.js';
import type { MessageEntry, OutcomeEntry } from '../ports/message-log.js';
import { type MemoryBase, placeKey } from './memory-base.js';

const PAGE_BYTES = 1024 * 1024;

/** What a client received and sent: all that is kept is looked through. */
export function history(base: MemoryBase, query: HistoryQuery): HistoryPage {
  const { before = Number.POSITIVE_INFINITY, after = 0, order, limit } = query;
  const all = [...received(base, query), ...sent(base, query)].filter(({ place }) => place > after && place < before);
  all.sort((a, b) => (order === 'oldest-first' ? a.place - b.place : b.place - a.place));
  const items: HistoryItem[] = [];
  let bytes = 0;
  for (const item of all.slice(0, limit)) {
    if (bytes >= PAGE_BYTES) break;
    items.push(item);
    bytes += Buffer.byteLength(item.entry.message.data);
  }
  return { items, more: items.length < all.length };
}

function received(base: MemoryBase, query: HistoryQuery): HistoryItem[] {
  const { tenantId, clientId, everyoneId, since, part } = query;
  const boxes =
    part.kind === 'topic'
      ? []
      : part.kind === 'partner'
        ? [{ id: clientId, since: 0 }]
        : [
            { id: clientId, since: 0 },
            { id: everyoneId, since },
          ];
  const entries = new Set(boxes.flatMap((box) => base.boxOf(box.id).between(box.since)));
  if (part.kind !== 'partner') {
    for (const { pattern, since: began, until = Number.POSITIVE_INFINITY } of base.subscriptions.get(clientId) ?? []) {
      for (const topic of base.topicMailboxes(tenantId, [{ pattern, since: began }])) {
        for (const entry of base.boxOf(topic.id).between(began, until)) entries.add(entry);
      }
    }
  }
  return [...entries].flatMap((entry) => {
    if (entry.kind !== 'message' || entry.message.senderId === clientId || !standsForReader(base, entry, clientId)) return [];
    if (part.kind === 'partner' && entry.message.from !== part.address) return [];
    if (part.kind === 'topic' && !topicMatches(part.pattern, base.topicOf(entry.mailboxId) ?? '')) return [];
    return [{ place: entry.position, entry }];
  });
}

function standsForReader(base: MemoryBase, entry: MessageEntry, clientId: number): boolean {
  const { mailboxId, position, expiresAt } = entry;
  const own = base.outcomes.get(placeKey(clientId, position));
  if (own !== undefined) return isKept(own);
  const shared = base.outcomes.get(placeKey(mailboxId, position));
  if (shared !== undefined && !isKept(shared) && (base.movedPast(clientId, position) ?? Number.POSITIVE_INFINITY) > shared.at) return false;
  return expiresAt > base.now() || base.furthest(clientId) >= position;
}

/** Read and refused messages were received. */
function isKept({ state }: OutcomeEntry): boolean {
  return state === 'read' || state === 'refused';
}

function sent(base: MemoryBase, { tenantId, clientId, part }: HistoryQuery): HistoryItem[] {
  const items: HistoryItem[] = [];
  for (const row of base.messages.values()) {
    if (row.message.senderId !== clientId || row.places.length === 0) continue;
    const places = row.places.filter((entry) => standsForSender(base, entry) && isOf(base, entry, tenantId, part));
    const [entry] = places;
    if (entry === undefined) continue;
    if (part.kind === 'all') items.push({ place: Math.min(...row.places.map(({ position }) => position)), entry });
    else items.push(...places.map((one) => ({ place: one.position, entry: one })));
  }
  return items;
}

function isOf(base: MemoryBase, { tenantId: at, mailboxId }: MessageEntry, tenantId: number, part: HistoryPart): boolean {
  switch (part.kind) {
    case 'all':
      return base.mailboxes.has(mailboxId);
    case 'partner':
      return mailboxId === part.mailboxId;
    case 'topic':
      return at === tenantId && topicMatches(part.pattern, base.topicOf(mailboxId) ?? '');
  }
}

function standsForSender(base: MemoryBase, { mailboxId, position, expiresAt }: MessageEntry): boolean {
  const ended = base.outcomes.get(placeKey(mailboxId, position));
  const isDirect = base.mailboxes.get(mailboxId)?.kind === 'client';
  if (ended !== undefined) return isKept(ended) || (!isDirect && ended.state === 'expired');
  return !isDirect || expiresAt > base.now() || base.furthest(mailboxId) >= position;
}
