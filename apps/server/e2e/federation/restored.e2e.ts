import { assertNothingWrong } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { playRestore } from './restored.js';

describe('an installation that was restored from a backup', () => {
  it('reuses no number, and gets again what it had received since, marked and reported', { timeout: 90_000 }, async () => {
    const { verdict, again, sentAfterBackup, log } = await playRestore();
    assertNothingWrong(verdict);
    expect(again).toEqual(sentAfterBackup.map((label) => ({ label, redelivered: true })));
    expect(log).toMatch(/this installation was restored from a backup/);
    expect(log).toMatch(/the other side was restored from a backup: \d+ messages are sent to it again/);
  });
});
