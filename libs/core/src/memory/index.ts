export { ManualClock } from './manual-clock.js';
export { MemoryBase, type MemoryBaseOptions } from './memory-base.js';
export { MemoryMailboxes } from './memory-mailboxes.js';
export { MemoryMessageLog } from './memory-message-log.js';
export { MemoryNodeBus, MemoryNodeNetwork, type NodeFaults } from './memory-node-bus.js';
export { MemoryTenantDirectory } from './memory-tenant-directory.js';
export { dropBefore } from './retention.js';
