// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what takes them out
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** A text from elsewhere, safe on a terminal: control characters could move the cursor or change colours. */
export function printable(text: string): string {
  return text.replace(CONTROL, '\u00b7');
}

/** Rows in columns, with their names above. Widths are counted in code points. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(printable))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? '')].length)));
  return cells
    .map((row) =>
      head
        .map((_, column) => pad(row[column] ?? '', widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}
