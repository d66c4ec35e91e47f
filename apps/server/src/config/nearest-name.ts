/** The known name that is most like an unknown one, or `undefined` where none is like it. */
export function nearestName(unknown: string, known: readonly string[]): string | undefined {
  const word = plain(unknown);
  const ranked = known.map((name) => ({ name, steps: distance(word, plain(name)) })).sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best !== undefined && best.steps <= Math.max(2, Math.floor(word.length / 3)) ? best.name : undefined;
}

/** `public_url`, `public-url` and `publicUrl` are one word to whoever mistakes one for another. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** How many letters have to be added, taken away or changed (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((next[j - 1] as number) + 1, (row[j] as number) + 1, (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] as number;
}
