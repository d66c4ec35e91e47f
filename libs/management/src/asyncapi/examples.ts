import type { DeliveredMessage } from '@vestnik/protocol';

/* What the examples of the document have in common. */

export const ID = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';
export const POSITION = 'BaxllyC';
export const NOW = '2026-11-22T06:22:00.123Z';
export const LATER = '2026-11-29T06:22:00.123Z';

export const MESSAGE: DeliveredMessage = {
  id: ID,
  position: POSITION,
  from: 'server@demo.local',
  to: 'ivanov@demo.local',
  type: 'order.approved',
  data: { order: 'A-17', sum: 1200.5 },
  sentAt: NOW,
  expiresAt: LATER,
};
