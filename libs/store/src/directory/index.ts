export * from './administrator-directory.js';
export * from './audit-trail.js';
export * from './entities.js';
export * from './failures.js';
export * from './key-directory.js';
export * from './list-cursor.js';
export * from './secret-vault.js';
export * from './tenant-directory.js';
