import { existsSync } from 'node:fs';

/** Where Chromium is (Debian: chromium); undefined: there is none. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

export const HAS_CHROMIUM = CHROMIUM !== undefined;

/** It runs as root in a container, shows nothing, and asks nobody on its own account. */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
