import { describe, expect, it } from 'vitest';
import { configurationFile, defaultSettings } from './postgres-settings.js';

const GIB = 1024 ** 3;

describe('the settings of Postgres', () => {
  it('never answer before a commit is on disk', () => {
    expect(defaultSettings(GIB)).toMatchObject({ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' });
  });

  it('take an eighth of the memory, within bounds', () => {
    expect(defaultSettings(0.25 * GIB).shared_buffers).toBe('64MB');
    expect(defaultSettings(4 * GIB).shared_buffers).toBe('512MB');
    expect(defaultSettings(256 * GIB).shared_buffers).toBe('1024MB');
  });

  it('are quoted', () => {
    expect(configurationFile({ a: "it's", b: 1 })).toMatch(/\na = 'it''s'\nb = '1'\n$/);
  });

  it('refuse a name that is none', () => {
    expect(() => configurationFile({ 'fsync = off\nx': 1 })).toThrow(TypeError);
  });
});
