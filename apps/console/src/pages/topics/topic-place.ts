import { withQuery } from '../../parts/paths.js';

/** A topic, and whose it is. */
export interface TopicPlace {
  readonly tenant: string;
  readonly topic: string;
}

/** The server counts no further in lists. */
export const SUBSCRIBERS_COUNTED = 1_000;

/** What was sent to a topic. */
export const messagesPath = ({ tenant, topic }: TopicPlace): string => withQuery('/messages', { tenant, to: `#${topic}@${tenant}` });
