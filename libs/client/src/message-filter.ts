import { topicMatches } from '@vestnik/protocol/topic-pattern';

/** The topic that an address means: `orders/eu` of `#orders/eu@accounting.hq`; undefined for other addresses. */
export function topicOf(address: string): string | undefined {
  if (!address.startsWith('#')) return undefined;
  const at = address.indexOf('@');
  return address.slice(1, at < 0 ? undefined : at);
}

/** Whether a message was sent to a topic that fits a pattern. */
export function isToTopic(address: string, pattern: string): boolean {
  const topic = topicOf(address);
  return topic !== undefined && topicMatches(pattern.normalize('NFC'), topic);
}
