import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

/** Kept out of git; CI may keep them elsewhere. */
export const PICTURES = process.env.CONSOLE_PICTURES ?? fileURLToPath(new URL('../../../../console-pictures/', import.meta.url));

/**
 * Takes a picture of the whole page, for people to look at: `console-pictures/<name>.png`. `CONSOLE_PICTURES` names another
 * folder, or is empty for none.
 */
export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === '') return;
  const file = join(PICTURES, `${name}.png`);
  mkdirSync(join(file, '..'), { recursive: true });
  // What stays in view while a page scrolls is drawn where it stands now.
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: file, fullPage: true, animations: 'disabled', caret: 'hide' });
}
