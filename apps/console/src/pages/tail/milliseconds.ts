/** The three digits after the seconds of a time. */
export function millisecondsOf(at: string): string {
  return String(new Date(at).getMilliseconds()).padStart(3, '0');
}
