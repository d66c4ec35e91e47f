/** So many are suggested. */
const SUGGESTED = 3;

/**
 * Of some names those that somebody may have meant, nearest first: at most two letters put in, left out, taken for others or swapped,
 * one in a short name; capitals do not count.
 */
export function nearNames(wanted: string, names: Iterable<string>): string[] {
  const most = [...wanted].length <= 4 ? 1 : 2;
  const folded = [...wanted.toLowerCase()];
  const near: { readonly name: string; readonly distance: number }[] = [];
  for (const name of new Set(names)) {
    const letters = [...name.toLowerCase()];
    if (name === wanted || Math.abs(letters.length - folded.length) > most) continue;
    const distance = distanceOf(folded, letters);
    if (distance <= most) near.push({ name, distance });
  }
  return near
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, SUGGESTED)
    .map(({ name }) => name);
}

/** Edits that turn one word into another; two neighbours that change places are one (optimal string alignment). */
function distanceOf(a: readonly string[], b: readonly string[]): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
