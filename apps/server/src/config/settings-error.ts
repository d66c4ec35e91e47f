/** A setting that is wrong: where it was given and the reason. Never holds the value of a secret. */
export interface SettingsFault {
  readonly where: string;
  readonly reason: string;
}

/** Settings with which a node does not start; the process ends with 78 (`EX_CONFIG`). */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly faults: readonly SettingsFault[]) {
    super(faults.map(({ where, reason }) => `${where}: ${reason}`).join('\n'));
  }
}
