import type { Administrator, AdministratorDirectory, Clock, SignInFrom } from '@vestnik/core';
import { browserOf } from './browser.js';
import { hashOfCookie, makeCookieValue } from './cookie.js';

const SESSION_MS = 12 * 3_600_000;

/** Opens sessions of administrators, however they have shown who they are. */
export class AdministratorSessions {
  constructor(
    private readonly directory: Pick<AdministratorDirectory, 'openSession'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async open({ id }: Administrator, { address, userAgent }: SignInFrom): Promise<{ cookie: string; expiresAt: number }> {
    const cookie = makeCookieValue();
    const expiresAt = this.clock.now() + SESSION_MS;
    const browser = browserOf(userAgent);
    await this.directory.openSession(id, hashOfCookie(cookie), expiresAt, { address, ...(browser === undefined ? {} : { browser }) });
    return { cookie, expiresAt };
  }
}
