import { LIMITS } from '@vestnik/protocol';
import type { CursorMove, LogEntry, OpenCursor } from '../ports/message-log.js';
import { appendReceipt } from './ending.js';
import type { CursorRow, MemoryBase } from './memory-base.js';

/** The cursor of a device; a new one starts after what any device of the client has acknowledged. */
export function openCursor(base: MemoryBase, tenantId: number, clientId: number, device: string): OpenCursor {
  const known = base.cursors.get(clientId)?.get(device);
  if (known !== undefined) return { acknowledged: known.acknowledged, delivered: known.delivered };
  const start = base.furthest(clientId);
  add(base, { clientId, tenantId, device, acknowledged: start, delivered: start, at: base.now(), moves: [] });
  if (device !== '') forgetDevices(base, clientId, device);
  return { acknowledged: start, delivered: start };
}

function add(base: MemoryBase, cursor: CursorRow): void {
  const devices = base.cursors.get(cursor.clientId) ?? new Map<string, CursorRow>();
  devices.set(cursor.device, cursor);
  base.cursors.set(cursor.clientId, devices);
}

/** Of a client's devices only so many are kept: the ones that moved last. */
function forgetDevices(base: MemoryBase, clientId: number, opened: string): void {
  const named = base.cursorsOf(clientId).filter(({ device }) => device !== '' && device !== opened);
  named.sort((a, b) => b.at - a.at);
  for (const { device } of named.slice(LIMITS.devicesPerClient - 1)) base.cursors.get(clientId)?.delete(device);
}

/** Moves cursors forward, and writes the receipts that this brings. */
export async function moveCursors(base: MemoryBase, moves: readonly CursorMove[]): Promise<LogEntry[]> {
  const due = () => moves.flatMap((move) => receiptsDue(base, move));
  await base.unheld(() => due().map(({ senderTenantId }) => senderTenantId));
  const now = base.now();
  for (const move of moves) {
    if (base.mailboxes.has(move.clientId)) moveOne(base, move, now);
  }
  const receipts: LogEntry[] = [];
  for (const { clientId, position, messageId, device } of due()) {
    if (base.receiptsDue.get(clientId)?.delete(position) !== true) continue;
    const receipt = appendReceipt(base, messageId, clientId, 'acknowledged', now, undefined, device);
    if (receipt !== undefined) receipts.push(receipt);
  }
  return receipts;
}

function receiptsDue(base: MemoryBase, { clientId, device, acknowledged = 0 }: CursorMove) {
  const rows = [...(base.receiptsDue.get(clientId) ?? [])].filter(([position]) => position <= acknowledged);
  return rows.map(([position, row]) => ({ clientId, device, position, ...row }));
}

function moveOne(base: MemoryBase, { clientId, tenantId, device, acknowledged = 0, delivered = 0 }: CursorMove, at: number): void {
  let cursor = base.cursors.get(clientId)?.get(device);
  if (cursor === undefined) {
    // The device was forgotten for newer ones while its session went on.
    if (acknowledged === 0) return;
    cursor = { clientId, tenantId, device, acknowledged: 0, delivered: 0, at, moves: [] };
    add(base, cursor);
  }
  if (acknowledged <= cursor.acknowledged && delivered <= cursor.delivered) return;
  if (acknowledged > cursor.acknowledged) cursor.moves.push({ position: acknowledged, acknowledged: true, at });
  if (delivered > Math.max(cursor.delivered, cursor.acknowledged, acknowledged)) cursor.moves.push({ position: delivered, acknowledged: false, at });
  cursor.delivered = Math.max(cursor.delivered, delivered, acknowledged);
  cursor.acknowledged = Math.max(cursor.acknowledged, acknowledged);
  cursor.at = at;
}
