import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2, levels A and AA. */
const RULES: RunOptions = { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }, resultTypes: ['violations'] };

export interface AccessibilityOptions {
  /** Only what is within these. */
  readonly within?: string;
  /** What is nobody's fault here, by the rule's id; say why where it is used. */
  readonly except?: readonly string[];
}

/**
 * Looks at the page as it is now with axe. It is put in over the debugger's protocol, which no policy stops: the page keeps
 * the policy that it was served with.
 *
 * @throws Error that names each serious or critical finding, and where it is
 */
export async function checkAccessibility(page: Page, { within, except = [] }: AccessibilityOptions = {}): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const options: RunOptions = { ...RULES, rules: Object.fromEntries(except.map((rule) => [rule, { enabled: false }])) };
  const { violations } = await page.evaluate(([selector, wishes]) => (window as unknown as { axe: Axe }).axe.run(selector ?? document, wishes), [
    within,
    options,
  ] as const);
  const findings = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  if (findings.length > 0) throw new Error(`not accessible: ${page.url()}\n${findings.map(describeFinding).join('\n')}`);
}

interface Axe {
  run(context: string | Document, options: RunOptions): Promise<AxeResults>;
}

function describeFinding({ id, impact, help, nodes }: AxeResults['violations'][number]): string {
  const places = nodes.slice(0, 5).map(({ target, html, any }) => `    ${target.join(' ')}  ${html.slice(0, 160)}  ${any[0]?.message ?? ''}`);
  return [`  ${impact} ${id}: ${help} (${nodes.length})`, ...places].join('\n');
}
