import type { ClientRecord, SessionSummary } from '@vestnik/core';
import { formatAddress } from '@vestnik/protocol';
import type { z } from 'zod';
import { timeOf } from '../http/page.js';
import type { clientAnswer } from './client-calls.js';

export type ClientAnswer = z.output<typeof clientAnswer>;

/** How many messages wait: for each device in the order of the record, and for all of them together. */
export interface Behind {
  readonly devices: readonly number[];
  readonly client: number;
}

/** @param place the client's tenant and the name of this installation */
export function clientAnswerOf(
  record: ClientRecord,
  sessions: readonly SessionSummary[],
  place: { tenant: string; installation: string },
  behind?: Behind,
): ClientAnswer {
  return {
    client: record.name,
    address: formatAddress({ kind: 'client', name: record.name }, place.tenant, [place.installation]),
    ...(record.title === undefined ? {} : { title: record.title }),
    online: sessions.some(({ transport }) => transport !== 'webhook'),
    sessions: sessions.map(({ session, device, transport, app, status, address, since }) => ({
      session,
      device,
      transport,
      app,
      status,
      address,
      since: timeOf(since),
    })),
    devices: record.devices.map(({ device, at }, index) => ({
      ...(device === '' ? {} : { device }),
      movedAt: timeOf(at),
      ...(behind === undefined ? {} : { behind: behind.devices[index] ?? 0 }),
    })),
    ...(behind === undefined ? {} : { behind: behind.client }),
    createdAt: timeOf(record.createdAt),
    ...(record.seenAt === undefined ? {} : { seenAt: timeOf(record.seenAt) }),
    ...(record.revokedBefore === undefined ? {} : { revokedBefore: timeOf(record.revokedBefore) }),
  };
}
