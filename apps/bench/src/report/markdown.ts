import type { Scenario } from '../scenario.js';
import { COLUMNS } from './columns.js';
import type { Row, Summary } from './summary.js';

const NOTHING = '–';

/** A scenario's tables as Markdown: the medians, then the ratios. */
export function toMarkdown(scenario: Scenario, summary: Summary): string {
  const parts = [
    `## ${scenario.title}`,
    figuresTable(scenario, summary.rows),
    ratiosTable(scenario, summary.rows),
    scenario.notes.map((note) => `- ${note}`).join('\n'),
  ];
  const failures = summary.rows
    .filter(({ failure }) => failure !== undefined)
    .map(({ condition, side, failure }) => `- **${side}, ${condition}: not measured.** ${failure}`);
  return [...parts, failures.join('\n')].filter((part) => part !== '').join('\n\n');
}

function figuresTable(scenario: Scenario, rows: readonly Row[]): string {
  const columns = scenario.figures.map((figure) => ({ figure, ...column(figure) }));
  const lines = rows.map(({ condition, side, medians }) => [condition, side, ...columns.map(({ figure, show }) => shown(medians[figure], show))]);
  return table(['', 'side', ...columns.map(({ heading }) => heading)], lines);
}

function ratiosTable(scenario: Scenario, rows: readonly Row[]): string {
  const lines = rows.flatMap((row) =>
    Object.entries(row.ratios).map(([floor, ratios]) => [
      row.condition,
      row.side,
      floor,
      ...scenario.compared.map((figure) => shown(ratios[figure], (value) => `× ${value.toFixed(2)}`)),
    ]),
  );
  if (lines.length === 0) return '';
  return table(['', 'side', 'against', ...scenario.compared.map((figure) => column(figure).heading)], lines);
}

function column(figure: string) {
  const found = COLUMNS[figure];
  if (found === undefined) throw new Error(`nothing says how to show ${figure}`);
  return found;
}

const shown = (value: number | undefined, show: (value: number) => string): string => (value === undefined || !Number.isFinite(value) ? NOTHING : show(value));

/** A Markdown table that reads well as plain text too: words to the left, figures to the right. */
function table(headings: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) => Math.max(3, heading.length, ...lines.map((line) => line[i]?.length ?? 0)));
  const isFigure = headings.map((_, i) => lines.every((line) => /^[×\d–]/.test(line[i] ?? '')) && i > 1);
  const cells = (line: readonly string[]): string =>
    `| ${line.map((text, i) => (isFigure[i] ? text.padStart(widths[i] as number) : text.padEnd(widths[i] as number))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (isFigure[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [cells(headings), rule, ...lines.map(cells)].join('\n');
}
